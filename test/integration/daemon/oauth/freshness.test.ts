// Renewal against a real server that rotates refresh tokens and ends a grant when one comes twice.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection, Credential } from "../../../../src/core/connection.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { Freshness } from "../../../../src/daemon/oauth/freshness.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import { prepareAuthorization } from "../../../../src/oauth/authorization-code.ts";
import { discover } from "../../../../src/oauth/discover.ts";
import type { OAuthEndpoints } from "../../../../src/oauth/endpoints.ts";
import type { OAuthSend } from "../../../../src/oauth/send.ts";
import { openProfile } from "../../../../src/store/open-profile.ts";
import { type AuthorizationServer, startAuthorizationServer } from "../../../support/authorization-server.ts";
import { NAME, newConnection, tempProfile } from "../../../unit/store/temp-profile.ts";

const context = { name: "Test", again: "x" };
const HOUR_MS = 3_600_000;
const redirectUri = "http://127.0.0.1/callback";
let server: AuthorizationServer;
let endpoints: OAuthEndpoints;

beforeAll(async () => {
  server = await startAuthorizationServer();
  endpoints = await discover({ issuer: server.issuer, hosts: [], context }, server.send);
});
afterAll(() => server.close());

const tokenRequests = (): number => server.counts.get("/token") ?? 0;
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "nothing",
    (error: { code: string }) => error.code,
  );

/** A stored login, with a clock that can be moved to where its token ends. */
async function scene(options: { readonly refresh?: boolean; readonly send?: OAuthSend } = {}) {
  const time = { offsetMs: 0, steadyMs: 0 };
  const clock = { nowMs: () => Date.now() + time.offsetMs };
  const client = { id: server.publicClientId, secret: null, auth: "post" } as const;
  const request = { endpoints, client, scopes: ["openid", "offline_access"], scopeSeparator: " ", redirectUri, pkce: true };
  const prepared = await prepareAuthorization({ ...request, extra: { prompt: "consent" }, context });
  const { location } = await server.visit(prepared.url);
  const tokens = await prepared.redeem(new URL(location ?? "").searchParams, { send: server.send, clock });
  const temp = tempProfile(clock);
  const connection = temp.store.connections.put(
    newConnection({
      kind: "oauth2",
      fields: { key: tokens.accessToken },
      expiresAtMs: tokens.expiresAtMs,
      grant: {
        field: "key",
        refreshToken: options.refresh === false ? null : tokens.refreshToken,
        clientId: client.id,
        clientSecret: null,
        clientAuth: "post",
        scopes: [],
        issuer: endpoints.issuer,
        tokenUrl: endpoints.tokenUrl,
        revocationUrl: endpoints.revocationUrl,
        obtainedAtMs: clock.nowMs(),
      },
    }),
  );
  const profile = {
    store: temp.store,
    changed: () => undefined,
    credential: (of: Connection) => temp.store.connections.credential(of),
  } as unknown as UnlockedProfile;
  const log = { info: () => undefined, warn: () => undefined };
  const make = () => new Freshness({ clock, steadyMs: () => performance.now() + time.steadyMs, send: options.send ?? server.send, log });
  const stored = (): Credential => temp.store.connections.credential(connection)!;
  return { ...temp, time, clock, connection, profile, make, fresh: make(), stored, first: tokens };
}

describe("a token that still holds", () => {
  it("is used as it is, until 90 s before its end", async () => {
    const { fresh, profile, connection, stored, time } = await scene();
    const before = tokenRequests();
    time.offsetMs = HOUR_MS - 95_000;
    expect(await fresh.ensure(profile, connection, stored())).toEqual(stored());
    expect(tokenRequests()).toBe(before);
    time.offsetMs = HOUR_MS - 61_000;
    const renewed = await fresh.ensure(profile, connection, stored());
    expect(tokenRequests()).toBe(before + 1);
    expect((renewed.expiresAtMs ?? 0) - Date.now() - time.offsetMs).toBeGreaterThan(HOUR_MS - 60_000);
  });

  it("that lives less than three minutes is used for half its life", async () => {
    const { fresh, profile, connection, stored, store, clock } = await scene();
    const tokens = { accessToken: new Secret("short"), refreshToken: new Secret("r"), obtainedAtMs: clock.nowMs() - 10_000 };
    store.connections.renew(connection.id, { ...tokens, expiresAtMs: clock.nowMs() + 20_000 });
    expect((await fresh.ensure(profile, connection, stored())).fields["key"]?.reveal()).toBe("short");
  });
});

describe("a token at its end", () => {
  it("is renewed once for a hundred requests at the same time, and the new refresh token is on the disk", async () => {
    const { fresh, profile, connection, stored, time, directory, key, store, first } = await scene();
    time.offsetMs = HOUR_MS;
    const before = tokenRequests();
    const all = await Promise.all(Array.from({ length: 100 }, () => fresh.ensure(profile, connection, stored())));
    expect(tokenRequests()).toBe(before + 1);
    expect(new Set(all.map(({ fields }) => fields["key"]?.reveal())).size).toBe(1);
    store.close();
    const again = openProfile({ directory, name: NAME, key });
    const grant = again.connections.grant(connection);
    expect(grant?.refreshToken?.equals(first.refreshToken!)).toBe(false);
    expect(again.connections.credential(connection)?.fields["key"]?.reveal()).toBe(all[0]?.fields["key"]?.reveal());
    again.close();
  });

  it("whose answer was lost in a crash ends in a login, never in a loop", async () => {
    const { profile, connection, stored, time, store, make, first } = await scene();
    time.offsetMs = HOUR_MS;
    await make().ensure(profile, connection, stored());
    // As if the daemon had died before it wrote: the old pair is there again.
    store.connections.renew(connection.id, { ...first, obtainedAtMs: 0, expiresAtMs: 1 });
    const next = make();
    const before = tokenRequests();
    expect(await codeOf(next.ensure(profile, connection, stored()))).toBe("LOGIN_EXPIRED");
    expect(await codeOf(next.ensure(profile, connection, stored()))).toBe("LOGIN_EXPIRED");
    expect(await codeOf(make().ensure(profile, connection, stored()))).toBe("LOGIN_EXPIRED");
    expect(tokenRequests()).toBe(before + 1);
    expect(store.connections.grant(connection)?.refreshToken).toBeNull();
  });

  it("without a refresh token is used to its last moment, then asks for a login", async () => {
    const { fresh, profile, connection, stored, time } = await scene({ refresh: false });
    time.offsetMs = HOUR_MS - 20_000;
    expect(await fresh.ensure(profile, connection, stored())).toEqual(stored());
    time.offsetMs = HOUR_MS + 1_000;
    await expect(fresh.ensure(profile, connection, stored())).rejects.toMatchObject({
      code: "LOGIN_EXPIRED",
      hint: "keyward login openai --force",
    });
  });

  it("of a login that was replaced while the server answered does not overwrite the new one", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { fresh, profile, connection, stored, time, store } = await scene({
      send: async (request) => (await gate, server.send(request)),
    });
    time.offsetMs = HOUR_MS;
    const asked = codeOf(fresh.ensure(profile, connection, stored()));
    store.connections.put(newConnection({ fields: { key: new Secret("pasted meanwhile") } }));
    release();
    expect(await asked).toBe("LOGIN_EXPIRED");
    expect(stored().fields["key"]?.reveal()).toBe("pasted meanwhile");
  });
});

describe("a server that cannot be asked", () => {
  it("is asked less and less often; a token that has not ended is used meanwhile", async () => {
    let asked = 0;
    const broken = { is: true };
    const send: OAuthSend = (request) => {
      asked++;
      return broken.is ? Promise.reject(new KeywardError("UPSTREAM_UNREACHABLE", "no")) : server.send(request);
    };
    const { fresh, profile, connection, stored, time } = await scene({ send });
    time.offsetMs = HOUR_MS - 50_000;
    expect(await fresh.ensure(profile, connection, stored())).toEqual(stored());
    expect(await fresh.ensure(profile, connection, stored())).toEqual(stored());
    expect(asked).toBe(1);
    time.offsetMs = HOUR_MS + 5_000;
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_UNREACHABLE");
    time.offsetMs += 1_500;
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_UNREACHABLE");
    expect(asked).toBe(2);
    broken.is = false;
    time.offsetMs += 600;
    expect((await fresh.ensure(profile, connection, stored())).expiresAtMs).toBeGreaterThan(Date.now() + time.offsetMs);
    expect(asked).toBe(3);
  });

  it("is asked again when the clock jumps back", async () => {
    let asked = 0;
    const send: OAuthSend = () => (asked++, Promise.reject(new KeywardError("UPSTREAM_TIMEOUT", "no")));
    const { fresh, profile, connection, stored, time, store, clock, first } = await scene({ send });
    time.offsetMs = 2 * HOUR_MS;
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_TIMEOUT");
    time.offsetMs = 0;
    store.connections.renew(connection.id, { ...first, obtainedAtMs: 0, expiresAtMs: clock.nowMs() - 1 });
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_TIMEOUT");
    expect(asked).toBe(2);
  });
});
