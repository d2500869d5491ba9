import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("a custom provider", () => {
  const text = JSON.stringify({
    id: "acme",
    name: "Acme",
    category: "other",
    endpoints: [{ host: "api.acme-example.com" }],
    fields: [
      {
        name: "key",
        label: "API key",
        env: ["ACME_KEY"],
        pattern: "^acme_[a-z0-9]{20,}$",
        hint: "starts with acme_",
        placeholder: { prefix: "acme_", length: 32, alphabet: "lower-base36" },
      },
    ],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    sources: ["made up"],
    examples: { match: ["GET https://api.acme-example.com/v1"], ignore: ["GET https://acme-example.com/"] },
  });

  it("can be added, used, kept over a restart and removed with everything", async () => {
    expect(await daemon.client.call("provider.add", { path: "acme.json", text, force: false })).toMatchObject({ id: "acme" });
    expect(await refusal(daemon.client.call("provider.add", { path: "acme.json", text, force: false }))).toMatchObject({
      code: "PROVIDER_EXISTS",
    });
    expect(await daemon.client.call("provider.test", { provider: "acme" })).toEqual({ passed: 2, failures: [] });
    await daemon.store({ provider: "acme", fields: { key: `acme_${"a1".repeat(12)}` } });
    await daemon.crash();
    expect((await daemon.client.call("provider.show", { profile: null, provider: "acme" })).info).toMatchObject({
      custom: true,
      connected: true,
    });
    expect(await daemon.client.call("connection.remove", { profile: null, provider: "acme", connection: null, everything: true })).toEqual({
      removed: [{ provider: "acme", name: "default" }],
    });
    expect(await refusal(daemon.client.call("provider.show", { profile: null, provider: "acme" }))).toMatchObject({
      code: "PROVIDER_UNKNOWN",
    });
  });

  it("that is broken is named and breaks no other; a file put there by hand counts with the next command", async () => {
    writeFileSync(join(daemon.home.paths.providers, "bad.json"), "{", { mode: 0o600 });
    writeFileSync(join(daemon.home.paths.providers, "acme.json"), text, { mode: 0o600 });
    const { providers, broken } = await daemon.client.call("provider.list", { profile: null });
    expect(broken).toMatchObject([{ path: join(daemon.home.paths.providers, "bad.json") }]);
    expect(providers.map((provider) => provider.id)).toEqual(expect.arrayContaining(["acme", "openai"]));
  });

  it("that breaks a rule is refused with the place, and bundled ones cannot be removed", async () => {
    const invalid = await refusal(daemon.client.call("provider.add", { path: "x.json", text: "{}", force: false }));
    expect(invalid).toMatchObject({ code: "PROVIDER_INVALID", message: expect.stringContaining("x.json:1") as string });
    expect(await refusal(daemon.client.call("provider.remove", { provider: "openai" }))).toMatchObject({ code: "USAGE" });
  });
});
