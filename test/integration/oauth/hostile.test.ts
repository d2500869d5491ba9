// A broken or hostile authorization server on a real socket, and what becomes of it: one error with a code, or the sensible reading.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import { startDevice } from "../../../src/oauth/device-flow.ts";
import { discover } from "../../../src/oauth/metadata/discover.ts";
import type { OAuthEndpoints } from "../../../src/oauth/endpoints.ts";
import { refreshTokens } from "../../../src/oauth/refresh-tokens.ts";
import type { OAuthSend } from "../../../src/oauth/send.ts";
import type { TokenSet } from "../../../src/oauth/token-set.ts";
import { HOSTILE_ISSUER, type HostileServer, startHostileServer } from "../../support/hostile-server.ts";

const context = { name: "Hostile", again: "keyward login hostile --flow device" };
const client = { id: "app", secret: null, auth: "post" } as const;
const NOW_MS = 1_700_000_000_000;
let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.close());

/** As the daemon's own way to send: what the socket says becomes a code. */
const send: OAuthSend = (request) =>
  server.send(request).catch((error: unknown) => {
    throw new KeywardError("UPSTREAM_BROKEN", "the exchange broke", { cause: error });
  });

function at(token: string, device = "/device"): OAuthEndpoints {
  return {
    issuer: HOSTILE_ISSUER,
    authorizationUrl: `${HOSTILE_ISSUER}/authorize`,
    tokenUrl: `${HOSTILE_ISSUER}${token}`,
    deviceAuthorizationUrl: `${HOSTILE_ISSUER}${device}`,
    revocationUrl: null,
    registrationUrl: null,
    sendsIssuer: false,
  };
}

const refresh = (token: string): Promise<TokenSet> =>
  refreshTokens({ endpoints: at(token), client, refreshToken: new Secret("old"), context }, { send, clock: { nowMs: () => NOW_MS } });

async function errorOf(promise: Promise<unknown>): Promise<KeywardError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof KeywardError) return error;
  throw new Error(`no error of keyward's own: ${String(error)}`);
}

describe("a token endpoint", () => {
  it.each([
    ["/token-html", "OAUTH_ANSWER"],
    ["/token-503", "OAUTH_BUSY"],
    ["/token-flood", "OAUTH_ANSWER"],
    ["/token-redirect", "OAUTH_ANSWER"],
    ["/token-grant", "OAUTH_GRANT"],
    ["/nowhere", "OAUTH_ANSWER"],
  ])("%s ends with %s: one line without a word of the server's, and what to type", async (path, code) => {
    const error = await errorOf(refresh(path));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[a-zA-Z][\x20-\x3b\x3d-\x7e]+$/);
    // oxlint-disable-next-line no-control-regex -- an escape in a message would reach the terminal
    expect(error.message).not.toMatch(/Oops|\u001b|x{20}/);
    expect(error.hint).toBeTruthy();
  });

  it("whose expires_in is text is understood, and one of words counts as none", async () => {
    expect((await refresh("/token")).expiresAtMs).toBe(NOW_MS + 3_600_000);
    expect((await refresh("/token-words")).expiresAtMs).toBeNull();
  });
});

describe("discovery", () => {
  const found = (issuer: string): Promise<OAuthEndpoints> => discover({ issuer, hosts: [], context }, send);

  it("refuses a document of another issuer", async () => {
    expect(await errorOf(found(HOSTILE_ISSUER))).toMatchObject({
      code: "OAUTH_ANSWER",
      message: "auth.hostile.test says that it is another issuer",
    });
    expect((await found(`${HOSTILE_ISSUER}/good`)).tokenUrl).toBe(`${HOSTILE_ISSUER}/token`);
  });

  it("reads no document of ten megabytes, and no page", async () => {
    expect((await errorOf(found(`${HOSTILE_ISSUER}/flood`))).code).toBe("OAUTH_ANSWER");
    expect((await errorOf(found(`${HOSTILE_ISSUER}/page`))).code).toBe("OAUTH_ANSWER");
  });
});

describe("the device flow", () => {
  async function run(token: string, device = "/device"): Promise<{ waits: number[]; tokens: TokenSet }> {
    const waits: number[] = [];
    let nowMs = NOW_MS;
    const wait = (ms: number): Promise<void> => {
      waits.push(ms / 1_000);
      nowMs += ms;
      return Promise.resolve();
    };
    const code = await startDevice(
      { endpoints: at(token, device), client, scopes: [], context },
      { send, clock: { nowMs: () => nowMs }, wait },
    );
    return { waits, tokens: await code.poll() };
  }

  it("waits five seconds where no interval is named, and slows down when it is told to", async () => {
    const { waits, tokens } = await run("/token-slow");
    expect(waits).toEqual([5, 5, 10]);
    expect(tokens.accessToken.reveal()).toBe("granted");
  });

  it("outlives connections that break, at once or halfway, and a server that is out of order", async () => {
    const { waits, tokens } = await run("/token-flaky", "/device-slow");
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(tokens.accessToken.reveal()).toBe("granted");
  });

  it("ends with a flood, and does not begin with a page", async () => {
    expect((await errorOf(run("/token-flood"))).code).toBe("OAUTH_ANSWER");
    expect((await errorOf(run("/token", "/device-html"))).code).toBe("OAUTH_ANSWER");
  });
});
