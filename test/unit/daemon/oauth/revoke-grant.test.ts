import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { revokeGrant } from "../../../../src/daemon/oauth/revoke-grant.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import type { OAuthAnswer } from "../../../../src/oauth/send.ts";
import type { OAuthGrant } from "../../../../src/store/profile-store.ts";

const connection = { provider: "acme", name: "work", id: "con_1" } as Connection;
const answer = (status: number, json: object = {}): OAuthAnswer => ({
  status,
  headers: ["Content-Type", "application/json"],
  body: Buffer.from(JSON.stringify(json)),
  isCut: false,
});
const UNSUPPORTED = answer(400, { error: "unsupported_token_type" });

function scene(change: Partial<OAuthGrant>, ...answers: readonly OAuthAnswer[]) {
  const order: string[] = [];
  const grant: OAuthGrant = {
    field: "key",
    refreshToken: new Secret("r-1"),
    clientId: "app",
    clientSecret: null,
    clientAuth: "post",
    scopes: [],
    issuer: null,
    tokenUrl: "https://auth.test/token",
    revocationUrl: "https://auth.test/revoke",
    obtainedAtMs: 0,
    ...change,
  };
  const profile = {
    name: "default",
    store: { connections: { grant: () => (order.push("read"), grant) } },
    credential: () => ({ connectionId: "con_1", fields: { key: new Secret("a-1") }, expiresAtMs: null }),
  } as unknown as UnlockedProfile;
  const left = [...answers];
  const ports = {
    send: ({ body }: { readonly body: string | null }) => {
      const form = new URLSearchParams(body ?? "");
      order.push(`${form.get("token_type_hint")} ${form.get("token")}`);
      return Promise.resolve(left.shift() ?? answer(500));
    },
    freshness: { settle: async (name: string | null) => void order.push(`settle ${name}`) },
  };
  return { order, revoke: () => revokeGrant(profile, connection, ports) };
}

describe("ending a grant", () => {
  it("waits for a renewal under way and then ends the refresh token, which ends all", async () => {
    const { order, revoke } = scene({}, answer(200));
    expect(await revoke()).toBe(true);
    expect(order).toEqual(["settle default", "read", "refresh_token r-1"]);
  });

  it("ends the access token where there is no other", async () => {
    const { order, revoke } = scene({ refreshToken: null }, answer(200));
    expect(await revoke()).toBe(true);
    expect(order.at(-1)).toBe("access_token a-1");
  });

  it("that the server has no way to end says so: of the refresh token, of both, or no address at all", async () => {
    const half = scene({}, UNSUPPORTED, answer(200));
    expect(await half.revoke()).toBe(false);
    expect(half.order.slice(2)).toEqual(["refresh_token r-1", "access_token a-1"]);
    expect(await scene({}, UNSUPPORTED, UNSUPPORTED).revoke()).toBe(false);
    const none = scene({ revocationUrl: null });
    expect(await none.revoke()).toBe(false);
    expect(none.order).toEqual(["settle default", "read"]);
  });

  it("that fails says that the connection is kept, and what to type", async () => {
    await expect(scene({}, answer(503)).revoke()).rejects.toMatchObject({
      code: "OAUTH_BUSY",
      message: expect.stringMatching(/^acme \(work\) was not ended at the provider, so it is kept: auth\.test is out of order/) as string,
      hint: expect.stringContaining("keyward revoke acme --local") as string,
    });
  });
});
