import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GrantSource } from "../../../../../src/core/grant.ts";
import { awsSso } from "../../../../../src/oauth/computed/aws/sso.ts";
import { startTokenEndpoint, type Told, type TokenEndpoint } from "../../../../support/token-endpoint.ts";
import { context, failure } from "../keys.ts";

const PORTAL = "portal.sso.eu-west-1.amazonaws.com";
const OIDC = "oidc.eu-west-1.amazonaws.com";
const NOW_MS = 1_800_000_000_000;
let endpoint: TokenEndpoint;
let renewed: Told;
let roles: Told;

beforeAll(async () => {
  endpoint = await startTokenEndpoint([PORTAL, OIDC], ({ url }) => (url.hostname === OIDC ? renewed : roles));
});
beforeEach(() => {
  const keys = { accessKeyId: "ASIAMADE", secretAccessKey: "made", sessionToken: "tok", expiration: NOW_MS + 3_600_000 };
  roles = { json: { roleCredentials: keys }, headers: { date: new Date(NOW_MS).toUTCString() } };
  renewed = { json: { accessToken: "second", refreshToken: "rotated", expiresIn: 3_600, tokenType: "Bearer" } };
  endpoint.requests.length = 0;
});
afterAll(() => endpoint.close());

const cache = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    startUrl: "https://acme.awsapps.com/start",
    region: "eu-west-1",
    accessToken: "first",
    expiresAt: new Date(NOW_MS + 600_000).toISOString(),
    clientId: "client",
    clientSecret: "client-secret",
    refreshToken: "refresh",
    ...changes,
  });
const read = (text: string, more: Record<string, string> = {}) =>
  awsSso.read({ session: text, account_id: "123456789012", role_name: "Developer", ...more }, context);
const obtain = (text: string, keep?: (source: GrantSource) => void) => {
  const source: GrantSource = { flow: "sso", values: read(text) };
  const tokenUrl = `https://${PORTAL}/federation/credentials`;
  const request = {
    source,
    tokenUrl,
    refreshUrl: `https://${OIDC}/token`,
    context: { name: "AWS", again: "keyward login aws --flow sso" },
  };
  return awsSso.obtain(request, { send: endpoint.send, clock: { nowMs: () => NOW_MS }, keep });
};

describe("a role's keys from a cached session", () => {
  it("come for the session's token, and the source stays as it is", async () => {
    const { accessToken, expiresAtMs, source } = await obtain(cache());
    expect([accessToken.reveal(), expiresAtMs, source]).toEqual(["ASIAMADE", NOW_MS + 3_600_000, undefined]);
    const [asked, ...more] = endpoint.requests;
    expect(more).toEqual([]);
    expect(asked?.headers["x-amz-sso_bearer_token"]).toBe("first");
    expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({ role_name: "Developer", account_id: "123456789012" });
  });

  it("come with a renewed session when that one has ended, which is kept before it is used", async () => {
    const kept: string[] = [];
    const tokens = await obtain(cache({ expiresAt: new Date(NOW_MS).toISOString() }), ({ values }) => {
      kept.push(`${values["access_token"]?.reveal()} ${values["refresh_token"]?.reveal()} after ${endpoint.requests.length}`);
    });
    expect(kept).toEqual(["second rotated after 1"]);
    expect(JSON.parse(endpoint.requests[0]?.body ?? "")).toEqual({
      clientId: "client",
      clientSecret: "client-secret",
      grantType: "refresh_token",
      refreshToken: "refresh",
    });
    expect(endpoint.requests[1]?.headers["x-amz-sso_bearer_token"]).toBe("second");
    expect(tokens.source?.values["refresh_token"]?.reveal()).toBe("rotated");
  });

  it("do not come when the session has ended for good: it has no means to renew, or the server refuses", async () => {
    const ended = new Date(NOW_MS).toISOString();
    expect(await failure(() => obtain(cache({ expiresAt: ended, refreshToken: undefined })))).toMatchObject({ code: "OAUTH_GRANT" });
    renewed = { status: 400, json: { error: "invalid_grant" }, headers: { date: new Date(NOW_MS + 7_200_000).toUTCString() } };
    const refused = await failure(() => obtain(cache({ expiresAt: ended })));
    expect(refused.code).toBe("OAUTH_GRANT");
    expect(refused.hint).toContain("aws sso login");
    expect(endpoint.requests).toHaveLength(1);
  });

  it.each([
    [401, "OAUTH_GRANT"],
    [403, "OAUTH_DENIED"],
    [404, "OAUTH_DENIED"],
    [200, "OAUTH_ANSWER"],
  ])("do not come with the answer %i", async (status, code) => {
    roles = { status, json: {} };
    expect((await failure(() => obtain(cache()))).code).toBe(code);
  });
});

describe("the cached session", () => {
  it.each([
    ["session", "", {}],
    ["session", "token", {}],
    ["session", JSON.stringify({ clientId: "x", clientSecret: "y" }), {}],
    ["session", cache({ expiresAt: "later" }), {}],
    ["account_id", cache(), { account_id: "1" }],
    ["role_name", cache(), { role_name: "" }],
    ["region", cache({ region: "" }), {}],
  ])("is refused with the name of the input (%s)", async (field, text, more) => {
    expect((await failure(() => read(text, more))).field).toBe(field);
  });

  it("may write its end as the older command did", () => {
    expect(read(cache({ expiresAt: "2030-01-01T00:00:00UTC" }))["expires_at_ms"]?.reveal()).toBe(
      String(Date.parse("2030-01-01T00:00:00Z")),
    );
  });
});
