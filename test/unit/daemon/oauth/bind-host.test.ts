import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { bindHost } from "../../../../src/daemon/oauth/bind-host.ts";
import { sampleProvider } from "../../../support/sample-provider.ts";
import { failure } from "../../oauth/computed/keys.ts";

const tenant = { endpoints: [{ host: "{tenant}.acme.test" }], tenant: { example: "a.acme.test" } };
const examples = { match: ["GET https://a.acme.test/"], ignore: ["GET https://acme.test/"] };
const provider = sampleProvider({ ...tenant, examples });
const context = { name: "Acme", again: "keyward login acme --flow browser" };
const tokens = (host?: string) => ({
  accessToken: new Secret("t"),
  refreshToken: null,
  expiresAtMs: null,
  scopes: null,
  ...(host === undefined ? {} : { host }),
});

describe("the host an OAuth login is bound to", () => {
  it("is the one that was named, or the one the answer names", () => {
    expect(bindHost({ provider, host: "a.acme.test", context }, tokens())).toBe("a.acme.test");
    expect(bindHost({ provider, host: null, context }, tokens("https://b.acme.test/"))).toBe("b.acme.test");
    expect(bindHost({ provider, host: "b.acme.test", context }, tokens("https://b.acme.test"))).toBe("b.acme.test");
    expect(bindHost({ provider: sampleProvider(), host: null, context }, tokens("https://evil.test"))).toBeNull();
  });

  it.each([
    ["https://evil.test", null, /not one of its own/],
    ["https://a.acme.test.evil.test", null, /not one of its own/],
    [undefined, null, /does not say/],
    ["https://b.acme.test", "a.acme.test", /another host/],
  ])("is never one the definition does not cover, or another than was named (%s, %s)", async (told, host, message) => {
    const refused = await failure(() => bindHost({ provider, host, context }, tokens(told)));
    expect(refused.code).toBe("OAUTH_ANSWER");
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toContain("evil");
  });
});
