import { describe, expect, it, vi } from "vitest";
import { Secret } from "../../../src/core/secret.ts";
import type { OAuthEndpoints } from "../../../src/oauth/endpoints.ts";
import { refreshTokens } from "../../../src/oauth/refresh-tokens.ts";
import type { OAuthRequest } from "../../../src/oauth/send.ts";

const NOW_MS = 1_700_000_000_000;
const endpoints: OAuthEndpoints = {
  issuer: null,
  authorizationUrl: null,
  tokenUrl: "https://auth.test/token",
  deviceAuthorizationUrl: null,
  revocationUrl: null,
  registrationUrl: null,
  sendsIssuer: false,
};

function scene(answer: object, status = 200) {
  const sent: OAuthRequest[] = [];
  const time = { ms: NOW_MS };
  const send = (request: OAuthRequest) => {
    sent.push(request);
    // On the way for two seconds.
    time.ms += 2_000;
    const body = Buffer.from(JSON.stringify(answer));
    return Promise.resolve({ status, headers: ["Content-Type", "application/json"], body, isCut: false });
  };
  const refresh = (client: Parameters<typeof refreshTokens>[0]["client"]) =>
    refreshTokens(
      { endpoints, client, refreshToken: new Secret("r-1"), context: { name: "Test", again: "keyward login test" } },
      { send, clock: { nowMs: () => time.ms } },
    );
  return { sent, refresh };
}

const anyone = { id: "app", secret: null, auth: "post" } as const;

describe("a refresh", () => {
  it("is one form to the token endpoint, as RFC 6749 §6 says", async () => {
    const { sent, refresh } = scene({ access_token: "a-2", token_type: "Bearer" });
    await refresh(anyone);
    expect(sent.map(({ method, url }) => `${method} ${url.href}`)).toEqual(["POST https://auth.test/token"]);
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body ?? ""))).toEqual({
      grant_type: "refresh_token",
      refresh_token: "r-1",
      client_id: "app",
    });
  });

  it("shows the client's secret where the server wants it", async () => {
    const { sent, refresh } = scene({ access_token: "a-2", token_type: "bearer" });
    await refresh({ id: "app", secret: new Secret("shh"), auth: "basic" });
    await refresh({ id: "app", secret: new Secret("shh"), auth: "post" });
    const [basic, post] = sent;
    expect(basic?.headers.join("\n")).toContain(Buffer.from("app:shh").toString("base64"));
    expect(basic?.body).not.toContain("shh");
    expect(new URLSearchParams(post?.body ?? "").get("client_secret")).toBe("shh");
  });

  it("gives the new pair, its life counted from when it was asked for", async () => {
    const { refresh } = scene({ access_token: "a-2", refresh_token: "r-2", token_type: "bearer", expires_in: "600", scope: "x y" });
    const tokens = await refresh(anyone);
    expect([tokens.accessToken.reveal(), tokens.refreshToken?.reveal()]).toEqual(["a-2", "r-2"]);
    expect(tokens).toMatchObject({ expiresAtMs: NOW_MS + 600_000, scopes: ["x", "y"] });
  });

  it.each([
    ["invalid_grant", 400],
    ["bad_refresh_token", 200],
    ["invalid_refresh_token", 200],
    ["token_revoked", 400],
  ])("that is answered with %s is over for good", async (error, status) => {
    const { sent, refresh } = scene({ error }, status);
    await expect(refresh(anyone)).rejects.toMatchObject({ code: "OAUTH_GRANT" });
    expect(sent).toHaveLength(1);
  });
});

describe("the first refresh of a process", () => {
  it("has read an answer before it asks, so that a crash finds little time between the server's answer and the disk; no other has", async () => {
    vi.resetModules();
    const { refreshTokens: fresh } = await import("../../../src/oauth/refresh-tokens.ts");
    const { Secret: FreshSecret } = await import("../../../src/core/secret.ts");
    const read = vi.spyOn(Response.prototype, "json");
    const readBefore: number[] = [];
    const body = Buffer.from('{"access_token":"a-2","token_type":"bearer"}');
    const send = () => {
      readBefore.push(read.mock.calls.length);
      return Promise.resolve({ status: 200, headers: ["Content-Type", "application/json"], body, isCut: false });
    };
    const refresh = {
      endpoints,
      client: anyone,
      refreshToken: new FreshSecret("r-1"),
      context: { name: "Test", again: "keyward login test" },
    };
    const ports = { send, clock: { nowMs: () => NOW_MS } };
    const first = await fresh(refresh, ports);
    await fresh(refresh, ports);
    read.mockRestore();
    expect(first.accessToken.reveal()).toBe("a-2");
    expect(readBefore).toEqual([1, 2]);
  });
});
