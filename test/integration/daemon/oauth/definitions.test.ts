// Every bundled definition with OAuth leads to an address that a browser can open and to endpoints that a token can be asked of.
import { fileURLToPath } from "node:url";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findEndpoints } from "../../../../src/daemon/oauth/find-endpoints.ts";
import { prepareAuthorization } from "../../../../src/oauth/authorization-code.ts";
import { type Provider, providerSchema } from "../../../../src/providers/schema.ts";

const directory = fileURLToPath(new URL("../../../../providers/", import.meta.url));
const files = readdirSync(directory).filter((name) => name.endsWith(".json") && name !== "schema.json");
const providers = files.map((name) => providerSchema.parse(JSON.parse(readFileSync(directory + name, "utf8"))));
const withOAuth = providers.flatMap((provider) =>
  provider.oauth === undefined ? [] : [{ id: provider.id, provider, section: provider.oauth }],
);
const nobody = (): never => {
  throw new Error("nothing is asked of the network");
};

/** What is written into an empty slot: an access token is never sent as a key of another scheme would be. */
function firstTemplate({ inject }: Provider): string | null {
  const place = inject[0]?.[0];
  return place?.in === "header" && place.name === "Authorization" ? (place.templates[0] ?? null) : null;
}

describe("OAuth in the bundled definitions", () => {
  it("is there for at least forty providers", () => {
    expect(withOAuth.length).toBeGreaterThanOrEqual(40);
  });

  it.each(withOAuth)("$id: has what its flows need, and a token goes out as Bearer", async ({ id, provider, section }) => {
    const context = { name: provider.name, again: `keyward login ${id}` };
    const endpoints = await findEndpoints(
      { section, flow: section.flows[0] ?? "browser", host: provider.tenant?.example ?? null, context },
      nobody,
    );
    for (const url of Object.values(endpoints)) if (typeof url === "string") expect(new URL(url).protocol).toBe("https:");
    expect(firstTemplate(provider)).toBe(`Bearer {${section.field}}`);
    if (!section.flows.includes("browser")) return;
    const prepared = await prepareAuthorization({
      endpoints,
      client: { id: "my client", secret: null, auth: section.clientAuth },
      scopes: section.scopes,
      scopeSeparator: section.scopeSeparator,
      redirectUri: "http://127.0.0.1:1/callback",
      pkce: section.pkce,
      extra: section.authorizationParameters,
      context,
    });
    const query = new URL(prepared.url).searchParams;
    expect(query.get("client_id")).toBe("my client");
    expect(query.get("scope")).toBe(section.scopes.length === 0 ? null : section.scopes.join(section.scopeSeparator));
    expect(query.get("code_challenge_method")).toBe(section.pkce ? "S256" : null);
    for (const [name, value] of Object.entries(section.authorizationParameters)) expect(query.getAll(name)).toEqual([value]);
  });
});
