// Renewal against a real server that rotates refresh tokens and ends a grant when one comes twice.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection, Credential } from "../../../../src/core/connection.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { Freshness } from "../../../../src/daemon/oauth/freshness.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import { prepareAuthorization } from "../../../../src/oauth/authorization-code.ts";
import { discover } from "../../../../src/oauth/metadata/discover.ts";
import type { OAuthEndpoints } from "../../../../src/oauth/endpoints.ts";
import type { OAuthAnswer, OAuthSend } from "../../../../src/oauth/send.ts";
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
async function scene(
  options: { readonly refresh?: boolean; readonly refreshToken?: string; readonly send?: OAuthSend; readonly offsetMs?: number } = {},
) {
  const time = { offsetMs: options.offsetMs ?? 0, steadyMs: 0 };
  const pass = (ms: number): void => {
    time.offsetMs += ms;
    time.steadyMs += ms;
  };
  // They stand still but for what a test lets pass: on a slow machine too, what is said to be seconds away is.
  const startedMs = Date.now();
  const clock = { nowMs: () => startedMs + time.offsetMs };
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
        refreshToken: refreshTokenOf(options, tokens.refreshToken),
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
    name: NAME,
    credential: (of: Connection) => temp.store.connections.credential(of),
  } as unknown as UnlockedProfile;
  const log = { info: () => undefined, warn: () => undefined };
  const make = () => new Freshness({ clock, steadyMs: () => time.steadyMs, send: options.send ?? server.send, log });
  const stored = (): Credential => temp.store.connections.credential(connection)!;
  return { ...temp, time, pass, clock, connection, profile, make, fresh: make(), stored, first: tokens };
}

function refreshTokenOf(options: { readonly refresh?: boolean; readonly refreshToken?: string }, given: Secret | null): Secret | null {
  if (options.refresh === false) return null;
  return options.refreshToken === undefined ? given : new Secret(options.refreshToken);
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

describe("a token server that hangs", () => {
  const hanging = () => {
    let asked = 0;
    let answer: (given: OAuthAnswer) => void = () => undefined;
    const send: OAuthSend = async () => {
      asked += 1;
      return new Promise((resolve) => (answer = resolve));
    };
    return { send, asked: () => asked, answer: (given: OAuthAnswer) => answer(given) };
  };
  const granted: OAuthAnswer = {
    status: 200,
    headers: ["Content-Type", "application/json"],
    body: Buffer.from(JSON.stringify({ access_token: "next", refresh_token: "r2", token_type: "bearer", expires_in: 3600 })),
    isCut: false,
  };

  it("costs the requests of a token that still holds a moment once, and is asked once", async () => {
    const silent = hanging();
    const { fresh, profile, connection, stored, time } = await scene({ send: silent.send });
    time.offsetMs = HOUR_MS - 40_000;
    const old = stored().fields["key"]?.reveal();
    const startedMs = performance.now();
    const first = await Promise.all(Array.from({ length: 20 }, () => fresh.ensure(profile, connection, stored())));
    expect(new Set(first.map(({ fields }) => fields["key"]?.reveal()))).toEqual(new Set([old]));
    expect(performance.now() - startedMs).toBeLessThan(25_000);
    // It waits no second time: that would take 1,500 ms, and so come after this timer on however slow a machine.
    const late = new Promise<never>((_resolve, reject) => setTimeout(reject, 900, new Error("it was waited for again")));
    const again = await Promise.race([fresh.ensure(profile, connection, stored()), late]);
    expect(again.fields["key"]?.reveal()).toBe(old);
    expect(silent.asked()).toBe(1);
    silent.answer(granted);
    await fresh.settle(null);
    expect((await fresh.ensure(profile, connection, stored())).fields["key"]?.reveal()).toBe("next");
  });

  it("is waited for by a request whose token has seconds left", async () => {
    const silent = hanging();
    const { fresh, profile, connection, stored, time } = await scene({ send: silent.send });
    time.offsetMs = HOUR_MS - 9_000;
    const waiting = fresh.ensure(profile, connection, stored());
    await expect.poll(() => silent.asked()).toBe(1);
    let isDone = false;
    void waiting.then(() => (isDone = true));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(isDone).toBe(false);
    silent.answer(granted);
    expect((await waiting).fields["key"]?.reveal()).toBe("next");
  });

  it("is waited for after a 401, however long the token would hold", async () => {
    const silent = hanging();
    const { fresh, profile, connection, stored } = await scene({ send: silent.send });
    const again = fresh.afterRefusal(profile, { connection, credential: stored(), isSecond: false });
    const waiting = fresh.ensure(profile, connection, stored());
    await expect.poll(() => silent.asked()).toBe(1);
    silent.answer(granted);
    expect([await again, (await waiting).fields["key"]?.reveal()]).toEqual([true, "next"]);
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
    const { fresh, profile, connection, stored, pass } = await scene({ send });
    pass(HOUR_MS - 50_000);
    expect(await fresh.ensure(profile, connection, stored())).toEqual(stored());
    expect(await fresh.ensure(profile, connection, stored())).toEqual(stored());
    expect(asked).toBe(1);
    pass(55_000);
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_UNREACHABLE");
    pass(1_500);
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_UNREACHABLE");
    expect(asked).toBe(2);
    broken.is = false;
    pass(600);
    expect((await fresh.ensure(profile, connection, stored())).expiresAtMs).toBeGreaterThan(Date.now() + HOUR_MS);
    expect(asked).toBe(3);
  });

  it("and says when, is left alone until then", async () => {
    let asked = 0;
    const send: OAuthSend = () => (asked++, Promise.resolve(busy("120")));
    const { fresh, profile, connection, stored, pass } = await scene({ send });
    pass(HOUR_MS);
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("OAUTH_BUSY");
    pass(119_000);
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("OAUTH_BUSY");
    expect(asked).toBe(1);
    pass(2_000);
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("OAUTH_BUSY");
    expect(asked).toBe(2);
  });

  it("whose answer got lost is asked once more at once, and no more", async () => {
    let asked = 0;
    const send: OAuthSend = () => (asked++, Promise.reject(new KeywardError("UPSTREAM_BROKEN", "lost")));
    const { fresh, profile, connection, stored, pass } = await scene({ send });
    pass(HOUR_MS);
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_BROKEN");
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("UPSTREAM_BROKEN");
    expect(asked).toBe(2);
  });
});

describe("a clock that is set", () => {
  it("two hours ahead costs one renewal, not one a request", async () => {
    const { fresh, profile, connection, stored, time } = await scene();
    await fresh.ensure(profile, connection, stored());
    const before = tokenRequests();
    time.offsetMs = 2 * HOUR_MS;
    for (let i = 0; i < 5; i++) await fresh.ensure(profile, connection, stored());
    expect(tokenRequests()).toBe(before + 1);
  });

  it("two hours back makes no token live longer than it does", async () => {
    const { fresh, profile, connection, stored, time } = await scene();
    await fresh.ensure(profile, connection, stored());
    const before = tokenRequests();
    time.offsetMs = -2 * HOUR_MS;
    await fresh.ensure(profile, connection, stored());
    expect(tokenRequests()).toBe(before);
    time.steadyMs += HOUR_MS - 60_000;
    time.offsetMs += HOUR_MS - 60_000;
    for (let i = 0; i < 5; i++) await fresh.ensure(profile, connection, stored());
    expect(tokenRequests()).toBe(before + 1);
  });

  it("back while the daemon was gone costs one renewal, since nobody knows the token's age", async () => {
    const { make, profile, connection, stored, time } = await scene();
    const before = tokenRequests();
    time.offsetMs = -2 * HOUR_MS;
    const next = make();
    for (let i = 0; i < 5; i++) await next.ensure(profile, connection, stored());
    expect(tokenRequests()).toBe(before + 1);
  });

  it("wrong all the time changes nothing", async () => {
    for (const offsetMs of [2 * HOUR_MS, -2 * HOUR_MS]) {
      const { fresh, profile, connection, stored, pass } = await scene({ offsetMs });
      const before = tokenRequests();
      pass(HOUR_MS - 100_000);
      await fresh.ensure(profile, connection, stored());
      expect(tokenRequests()).toBe(before);
      pass(40_000);
      await fresh.ensure(profile, connection, stored());
      expect(tokenRequests()).toBe(before + 1);
    }
  });
});

describe("a 401 of the upstream", () => {
  it("leads to one renewal for all who got one, and each may be sent again", async () => {
    const { fresh, profile, connection, stored } = await scene();
    const before = tokenRequests();
    const refusal = { connection, credential: stored(), isSecond: false };
    const all = await Promise.all(Array.from({ length: 50 }, () => fresh.afterRefusal(profile, refusal)));
    expect(new Set(all)).toEqual(new Set([true]));
    expect(tokenRequests()).toBe(before + 1);
    expect(await fresh.afterRefusal(profile, refusal), "for the token of before").toBe(true);
    expect(tokenRequests()).toBe(before + 1);
  });

  it("makes a request that begins meanwhile wait for the new token", async () => {
    const { fresh, profile, connection, stored } = await scene();
    const old = stored();
    const refused = fresh.afterRefusal(profile, { connection, credential: old, isSecond: false });
    const next = await fresh.ensure(profile, connection, old);
    expect(await refused).toBe(true);
    expect(next.fields["key"]?.equals(old.fields["key"]!)).toBe(false);
  });

  it("that comes for the new token too leads to no more renewals for a while", async () => {
    const { fresh, profile, connection, stored, pass } = await scene();
    await fresh.afterRefusal(profile, { connection, credential: stored(), isSecond: false });
    const before = tokenRequests();
    expect(await fresh.afterRefusal(profile, { connection, credential: stored(), isSecond: true })).toBe(false);
    expect(await fresh.afterRefusal(profile, { connection, credential: stored(), isSecond: false })).toBe(false);
    expect(tokenRequests()).toBe(before);
    pass(31_000);
    expect(await fresh.afterRefusal(profile, { connection, credential: stored(), isSecond: false })).toBe(true);
    expect(tokenRequests()).toBe(before + 1);
  });

  it("that nothing can be done about passes on", async () => {
    const none = await scene({ refresh: false });
    const refusal = { connection: none.connection, credential: none.stored(), isSecond: false };
    expect(await none.fresh.afterRefusal(none.profile, refusal)).toBe(false);
    const busyServer = await scene({ send: () => Promise.resolve(busy("1")) });
    const other = { connection: busyServer.connection, credential: busyServer.stored(), isSecond: false };
    expect(await busyServer.fresh.afterRefusal(busyServer.profile, other)).toBe(false);
    expect(await busyServer.fresh.ensure(busyServer.profile, busyServer.connection, busyServer.stored())).toEqual(busyServer.stored());
  });

  it("of a login that the server has ended asks for a login, now and later, and the server only once", async () => {
    const { fresh, make, profile, connection, stored, store } = await scene({ refreshToken: "never issued" });
    const before = tokenRequests();
    const refusal = { connection, credential: stored(), isSecond: false };
    expect(await codeOf(fresh.afterRefusal(profile, refusal))).toBe("LOGIN_EXPIRED");
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("LOGIN_EXPIRED");
    expect(await codeOf(make().ensure(profile, connection, stored()))).toBe("LOGIN_EXPIRED");
    expect(tokenRequests()).toBe(before + 1);
    expect(store.connections.find(connection)?.expiresAtMs).toBeLessThanOrEqual(Date.now());
  });
});

describe("a new refresh token", () => {
  it("is kept when the disk does not take it, and written before anybody gets the new access", async () => {
    const { fresh, profile, connection, stored, pass, store, first } = await scene();
    const renew = store.connections.renew.bind(store.connections);
    const disk = { isFull: true };
    store.connections.renew = (id, tokens) => {
      if (disk.isFull) throw new KeywardError("STORE_FULL", "full");
      return renew(id, tokens);
    };
    pass(HOUR_MS);
    const before = tokenRequests();
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("STORE_FULL");
    expect(await codeOf(fresh.ensure(profile, connection, stored()))).toBe("STORE_FULL");
    expect(await fresh.afterRefusal(profile, { connection, credential: stored(), isSecond: false })).toBe(false);
    disk.isFull = false;
    const renewed = await fresh.ensure(profile, connection, stored());
    expect(tokenRequests()).toBe(before + 1);
    expect(renewed.fields["key"]?.equals(first.accessToken)).toBe(false);
    expect(store.connections.grant(connection)?.refreshToken?.equals(first.refreshToken!)).toBe(false);
  });

  it("is on the disk before a profile that is being locked is closed", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { fresh, profile, connection, stored, pass, store, first } = await scene({
      send: async (request) => (await gate, server.send(request)),
    });
    pass(HOUR_MS);
    const asked = fresh.ensure(profile, connection, stored());
    const settled = fresh.settle(NAME).then(() => store.connections.grant(connection)?.refreshToken);
    release();
    expect((await settled)?.equals(first.refreshToken!)).toBe(false);
    await asked;
    await fresh.settle("another profile");
  });
});

function busy(retryAfter: string): OAuthAnswer {
  return { status: 503, headers: ["Retry-After", retryAfter], body: Buffer.from("down"), isCut: false };
}
