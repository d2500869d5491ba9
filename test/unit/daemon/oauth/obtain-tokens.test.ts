import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { canObtain, obtainTokens } from "../../../../src/daemon/oauth/obtain-tokens.ts";
import type { OAuthGrant } from "../../../../src/store/profile-store.ts";

const connection = { provider: "acme", name: "default", id: "con_1" } as Connection;
const grant: OAuthGrant = {
  field: "key",
  refreshToken: new Secret("r-1"),
  clientId: "app",
  clientSecret: null,
  clientAuth: "post",
  scopes: ["x"],
  issuer: null,
  tokenUrl: "https://auth.test/token",
  revocationUrl: null,
  obtainedAtMs: 0,
};

function ports(answer: object) {
  const forms: Record<string, string>[] = [];
  const send = ({ body }: { readonly body: string | null }) => {
    forms.push(Object.fromEntries(new URLSearchParams(body ?? "")));
    const bytes = Buffer.from(JSON.stringify({ token_type: "bearer", ...answer }));
    return Promise.resolve({ status: 200, headers: ["Content-Type", "application/json"], body: bytes, isCut: false });
  };
  return { forms, send, clock: { nowMs: () => 1_000_000 } };
}

describe("the next tokens of a grant", () => {
  it("come for its refresh token; one that does not rotate goes on", async () => {
    const stays = await obtainTokens(connection, grant, ports({ access_token: "a-2", expires_in: 60 }));
    expect(stays.refreshToken?.reveal()).toBe("r-1");
    expect(stays).toMatchObject({ obtainedAtMs: 1_000_000, expiresAtMs: 1_060_000 });
    const rotates = await obtainTokens(connection, grant, ports({ access_token: "a-2", refresh_token: "r-2" }));
    expect(rotates.refreshToken?.reveal()).toBe("r-2");
  });

  it("come for the client itself where the login was its own", async () => {
    const own: OAuthGrant = { ...grant, refreshToken: null, renewal: "client_credentials", clientSecret: new Secret("shh") };
    const asked = ports({ access_token: "a-2" });
    expect((await obtainTokens(connection, own, asked)).accessToken?.reveal()).toBe("a-2");
    expect(asked.forms[0]?.["grant_type"]).toBe("client_credentials");
    expect(canObtain(own)).toBe(true);
  });

  it("cannot be had without either", async () => {
    const bare = { ...grant, refreshToken: null };
    expect([canObtain(grant), canObtain(bare)]).toEqual([true, false]);
    const asked = ports({});
    await expect(obtainTokens(connection, bare, asked)).rejects.toMatchObject({ code: "LOGIN_EXPIRED" });
    expect(asked.forms).toEqual([]);
  });
});
