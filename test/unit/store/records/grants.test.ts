import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { openProfile } from "../../../../src/store/open-profile.ts";
import type { OAuthGrant } from "../../../../src/store/profile-store.ts";
import { NAME, newConnection, tempProfile } from "../temp-profile.ts";

const ref = { provider: "openai", name: "default" };
const refresh = `refresh-${randomBytes(12).toString("hex")}`;

const grant: OAuthGrant = {
  field: "key",
  refreshToken: new Secret(refresh),
  clientId: "client",
  clientSecret: new Secret("client's secret"),
  clientAuth: "basic",
  scopes: ["a", "b:c"],
  issuer: null,
  tokenUrl: "https://auth.acme.test/token",
  revocationUrl: "https://auth.acme.test/revoke",
  obtainedAtMs: 5,
};
const oauthConnection = () => newConnection({ kind: "oauth2", expiresAtMs: 10, grant });
const renewed = { accessToken: new Secret("new access"), refreshToken: new Secret("new refresh"), expiresAtMs: 99, obtainedAtMs: 50 };

describe("the grant of a connection", () => {
  it("comes back as it was stored, and only as Secret", () => {
    const { store } = tempProfile();
    store.connections.put(oauthConnection());
    const found = store.connections.grant(ref);
    expect(found).toEqual(grant);
    expect(found?.refreshToken?.reveal()).toBe(refresh);
    expect(found?.clientSecret?.reveal()).toBe("client's secret");
    expect(JSON.stringify(found)).not.toContain(refresh);
  });

  it("keeps what a computed credential is made from, changes it with the token, and writes the fields that go with it", () => {
    const { store } = tempProfile();
    const source = { flow: "sso", values: { session: new Secret("first") } } as const;
    const dialect = { body: "json", headers: { "User-Agent": "x" }, nested: "authed_user" } as const;
    const fields = { key: new Secret("a"), other: new Secret("b") };
    const { id } = store.connections.put(newConnection({ kind: "oauth2", fields, grant: { ...grant, source, dialect } }));
    expect(store.connections.grant(ref)).toEqual({ ...grant, source, dialect });
    const next = { flow: "sso", values: { session: new Secret("second") } } as const;
    store.connections.renew(id, { accessToken: null, refreshToken: null, expiresAtMs: null, obtainedAtMs: 1, source: next });
    expect(store.connections.grant(ref)?.source?.values["session"]?.reveal()).toBe("second");
    expect(store.connections.credential(ref)?.fields["key"]?.reveal()).toBe("a");
    const otherFields = { other: new Secret("d") };
    store.connections.renew(id, { accessToken: new Secret("c"), refreshToken: null, expiresAtMs: 2, obtainedAtMs: 1, otherFields });
    const stored = store.connections.credential(ref)?.fields;
    expect([stored?.["key"]?.reveal(), stored?.["other"]?.reveal()]).toEqual(["c", "d"]);
    expect(store.connections.grant(ref)?.source?.values["session"]?.reveal()).toBe("second");
  });

  it("keeps how it is renewed, what it is for and whom the client was registered for", () => {
    const { store } = tempProfile();
    const more = {
      renewal: "client_credentials",
      resource: "https://mcp.acme.test/mcp",
      registeredFor: "http://127.0.0.1:4/callback",
    } as const;
    store.connections.put(newConnection({ kind: "oauth2", grant: { ...grant, ...more } }));
    expect(store.connections.grant(ref)).toEqual({ ...grant, ...more });
  });

  it("is not there for a key, and goes with a logout and with a login by key", () => {
    const { store } = tempProfile();
    store.connections.put(newConnection());
    expect(store.connections.grant(ref)).toBeNull();
    store.connections.put(oauthConnection());
    store.connections.put(newConnection());
    expect(store.connections.grant(ref)).toBeNull();
    store.connections.put(oauthConnection());
    store.connections.remove(ref);
    expect(store.connections.grant(ref)).toBeNull();
  });

  it("is renewed with its access token at once, for every later reader, under the same id", () => {
    const { store, directory, key } = tempProfile();
    const { id, placeholders } = store.connections.put(oauthConnection());
    expect(store.connections.renew(id, renewed)).toBe(true);
    store.close();
    const again = openProfile({ directory, name: NAME, key });
    expect(again.connections.credential(ref)).toMatchObject({ connectionId: id, expiresAtMs: 99 });
    expect(again.connections.credential(ref)?.fields["key"]?.reveal()).toBe("new access");
    expect(again.connections.grant(ref)?.refreshToken?.reveal()).toBe("new refresh");
    expect(again.connections.grant(ref)?.obtainedAtMs).toBe(50);
    expect(again.connections.find(ref)).toMatchObject({ id, placeholders, expiresAtMs: 99 });
    again.close();
  });

  it("forgets a dead refresh token and keeps the rest", () => {
    const { store } = tempProfile();
    const { id } = store.connections.put(oauthConnection());
    store.connections.renew(id, { accessToken: null, refreshToken: null, expiresAtMs: null, obtainedAtMs: 5 });
    expect(store.connections.grant(ref)).toMatchObject({ refreshToken: null, clientId: "client" });
    expect(store.connections.find(ref)?.expiresAtMs).toBe(10);
  });

  it("of a later login is not touched by an answer that comes late", () => {
    const { store } = tempProfile();
    const { id } = store.connections.put(oauthConnection());
    store.connections.put(oauthConnection());
    expect(store.connections.renew(id, renewed)).toBe(false);
    expect(store.connections.grant(ref)?.refreshToken?.reveal()).toBe(refresh);
  });

  it("lies in the file encrypted only", () => {
    const { store, files } = tempProfile();
    store.connections.put(oauthConnection());
    for (const path of [files.database, files.wal]) expect(readFileSync(path).includes(refresh)).toBe(false);
    store.close();
    expect(readFileSync(files.database).includes(refresh)).toBe(false);
  });
});
