// Every bundled definition with OAuth, against a token endpoint that behaves as the definition says: how the client shows itself, how the
// body is written, what the answer looks like, where refresh tokens go. Then the token in a request, where tokens go.
import { fileURLToPath } from "node:url";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../../../src/core/secret.ts";
import { bindHost } from "../../../../src/daemon/oauth/bind-host.ts";
import { findEndpoints } from "../../../../src/daemon/oauth/find-endpoints.ts";
import { prepareAuthorization } from "../../../../src/oauth/authorization-code.ts";
import type { OAuthEndpoints } from "../../../../src/oauth/endpoints.ts";
import { refreshTokens } from "../../../../src/oauth/refresh-tokens.ts";
import type { OAuthSection } from "../../../../src/providers/oauth/oauth-schema.ts";
import { type Provider, providerSchema } from "../../../../src/providers/schema.ts";
import { holdsFor } from "../../../../src/proxy/inject/place-fields.ts";
import { type Asked, startTokenEndpoint, type Told, type TokenEndpoint } from "../../../support/token-endpoint.ts";

const directory = fileURLToPath(new URL("../../../../providers/", import.meta.url));
const files = readdirSync(directory).filter((name) => name.endsWith(".json") && name !== "schema.json");
const providers = files.map((name) => providerSchema.parse(JSON.parse(readFileSync(directory + name, "utf8"))));
const withOAuth = providers.flatMap((provider) =>
  provider.oauth === undefined ? [] : [{ id: provider.id, provider, section: provider.oauth }],
);
/** Named by the project's plan, with the id of the definition. */
const NAMED =
  `github google slack notion notion-mcp linear gitlab microsoft-graph atlassian-oauth hubspot dropbox spotify discord zoom asana airtable
  figma reddit x salesforce box todoist stripe twitch linkedin bitbucket`.split(/\s+/);

const nobody = (): never => {
  throw new Error("nothing is asked of the network");
};
const clock = { nowMs: () => Date.now() };
const redirectUri = "http://127.0.0.1:1/callback";
const SECRET = "client secret/+";

let endpoint: TokenEndpoint;
/** The definition whose server the endpoint is right now. */
let current: OAuthSection;

beforeAll(async () => {
  const hosts = withOAuth.flatMap(({ provider, section: { tokenUrl, dialect } }) =>
    [tokenUrl, dialect?.refreshUrl].flatMap((url) =>
      url === undefined ? [] : [new URL(url.replace("{tenant}", provider.tenant?.example ?? "x.test")).hostname],
    ),
  );
  endpoint = await startTokenEndpoint([...new Set(hosts)], (asked) => answer(asked, current));
});
afterAll(() => endpoint.close());

/** What such a server accepts, and answers. */
function answer(asked: Asked, section: OAuthSection): Told {
  const fault = faultOf(asked, section);
  if (fault !== null) return { status: 400, json: { error: "invalid_request", error_description: fault } };
  const tokens = { access_token: "made-access", refresh_token: "made-refresh", token_type: "Bearer" };
  const { nested, hostMember } = section.dialect ?? {};
  const own = nested === undefined ? tokens : { ok: true, [nested]: tokens };
  // No expires_in: several say nothing.
  return { json: { ...own, ...(hostMember === undefined ? {} : { [hostMember]: "https://acme.my.salesforce.com" }) } };
}

function faultOf({ headers, body, form }: Asked, { clientAuth, dialect, pkce }: OAuthSection): string | null {
  const isJson = dialect?.body === "json";
  const fields = isJson ? (JSON.parse(body) as Record<string, string>) : Object.fromEntries(form);
  if (!String(headers["content-type"]).startsWith(isJson ? "application/json" : "application/x-www-form-urlencoded")) return "type";
  for (const [name, value] of Object.entries(dialect?.headers ?? {})) if (headers[name.toLowerCase()] !== value) return name;
  const basic = Buffer.from(String(headers["authorization"]).replace("Basic ", ""), "base64").toString();
  const shown =
    clientAuth === "basic"
      ? basic.split(":").map((part) => new URLSearchParams(`v=${part}`).get("v"))
      : [fields["client_id"], fields["client_secret"]];
  if (shown[0] !== "my client" || shown[1] !== SECRET) return "client";
  if (fields["grant_type"] === "refresh_token") return fields["refresh_token"] === "made-refresh" ? null : "refresh_token";
  if (fields["grant_type"] !== "authorization_code" || fields["code"] !== "the code" || fields["redirect_uri"] !== redirectUri)
    return "code";
  return (fields["code_verifier"] !== undefined) === pkce ? null : "verifier";
}

async function endpointsOf(provider: Provider, section: OAuthSection): Promise<OAuthEndpoints> {
  const context = { name: provider.name, again: "x" };
  return findEndpoints({ section, flow: section.flows[0] ?? "browser", host: provider.tenant?.example ?? null, context }, nobody);
}

function whatAPersonReads({ howToGetClientId, clientsUrl, registrationUrl, issuer }: OAuthSection): boolean {
  return howToGetClientId.length > 10 && (clientsUrl !== undefined || registrationUrl !== undefined || issuer !== undefined);
}

describe("OAuth in the bundled definitions", () => {
  it("is there for every provider that was named", () => {
    expect(NAMED.filter((id) => !withOAuth.some((definition) => definition.id === id))).toEqual([]);
    expect(withOAuth.length).toBeGreaterThanOrEqual(50);
  });

  it.each(withOAuth)(
    "$id: says how to get a client, has https addresses, and asks a browser for the right things",
    async ({ id, provider, section }) => {
      const endpoints = await endpointsOf(provider, section);
      for (const url of Object.values(endpoints)) if (typeof url === "string") expect(new URL(url).protocol).toBe("https:");
      expect(whatAPersonReads(section)).toBe(true);
      if (!section.flows.includes("browser")) return;
      const prepared = await prepareAuthorization({
        endpoints,
        client: { id: "my client", secret: null, auth: section.clientAuth },
        scopes: section.scopes,
        scopeSeparator: section.scopeSeparator,
        redirectUri,
        pkce: section.pkce,
        extra: section.authorizationParameters,
        context: { name: provider.name, again: `keyward login ${id}` },
      });
      const query = new URL(prepared.url).searchParams;
      expect(query.get("client_id")).toBe("my client");
      expect(query.get("scope")).toBe(section.scopes.length === 0 ? null : section.scopes.join(section.scopeSeparator));
      expect(query.get("code_challenge_method")).toBe(section.pkce ? "S256" : null);
      for (const [name, value] of Object.entries(section.authorizationParameters)) expect(query.getAll(name)).toEqual([value]);
    },
  );

  it.each(withOAuth)("$id: gets tokens from an endpoint that behaves as it says, and renews them", async ({ provider, section }) => {
    current = section;
    const endpoints = await endpointsOf(provider, section);
    const client = { id: "my client", secret: new Secret(SECRET), auth: section.clientAuth } as const;
    const context = { name: provider.name, again: "x" };
    const ports = { send: endpoint.send, clock };
    const withPage = { ...endpoints, authorizationUrl: endpoints.authorizationUrl ?? "https://auth.test/" };
    const request = {
      endpoints: withPage,
      client,
      scopes: section.scopes,
      scopeSeparator: section.scopeSeparator,
      redirectUri,
      extra: {},
      context,
    };
    const prepared = await prepareAuthorization({ ...request, pkce: section.pkce });
    const state = new URL(prepared.url).searchParams.get("state") ?? "";
    const tokens = await prepared.redeem(
      new URLSearchParams({ code: "the code", state, ...(endpoints.issuer === null ? {} : { iss: endpoints.issuer }) }),
      ports,
    );
    expect([tokens.accessToken.reveal(), tokens.refreshToken?.reveal(), tokens.expiresAtMs]).toEqual(["made-access", "made-refresh", null]);
    const before = endpoint.requests.length;
    const renewed = await refreshTokens({ endpoints, client, refreshToken: new Secret("made-refresh"), context }, ports);
    expect(renewed.accessToken.reveal()).toBe("made-access");
    const [asked] = endpoint.requests.slice(before);
    expect(`${asked?.url.origin}${asked?.url.pathname}`).toBe(section.dialect?.refreshUrl ?? endpoints.tokenUrl);
    if (section.dialect?.hostMember !== undefined)
      expect(bindHost({ provider, host: null, context }, tokens)).toBe("acme.my.salesforce.com");
  });

  it.each(withOAuth)("$id: its token goes out as Bearer", ({ provider, section }) => {
    const [first] =
      provider.inject.map((places) => places.filter((place) => holdsFor(place, "oauth2"))).find((places) => places.length > 0) ?? [];
    expect(first).toMatchObject({ in: "header", name: "Authorization" });
    expect(first?.in === "header" && first.templates[0]).toBe(`Bearer {${section.field}}`);
  });
});
