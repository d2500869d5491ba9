import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { discoverIssuer } from "../../../../src/oauth/metadata/discover-resource.ts";
import type { OAuthAnswer } from "../../../../src/oauth/send.ts";
import { answer, codeOf, context, scripted } from "../../../support/oauth-answers.ts";

const resource = "https://mcp.acme.test/mcp";
const WELL_KNOWN = "/.well-known/oauth-protected-resource";
const document = (servers: unknown, about = resource): OAuthAnswer => answer(200, { resource: about, authorization_servers: servers });
const ask = (answers: Record<string, OAuthAnswer>, hosts: readonly string[] = []) => {
  const server = scripted(answers);
  return { server, found: discoverIssuer({ resource, hosts, context }, server.send) };
};

it("finds the issuer below the API's path, or at its root", async () => {
  const { server, found } = ask({ [`${WELL_KNOWN}/mcp`]: document(["https://mcp.acme.test"]) });
  expect(await found).toBe("https://mcp.acme.test");
  expect(server.requests.map(({ url }) => url.href)).toEqual([`https://mcp.acme.test${WELL_KNOWN}/mcp`]);
  expect(await ask({ [WELL_KNOWN]: document(["https://mcp.acme.test/tenant"], "https://mcp.acme.test") }).found).toBe(
    "https://mcp.acme.test/tenant",
  );
});

it("takes the API itself where it says nothing, or shows a page", async () => {
  expect(await ask({}).found).toBe("https://mcp.acme.test");
  expect(await ask({ [`${WELL_KNOWN}/mcp`]: answer(200, "<html>", "text/html") }).found).toBe("https://mcp.acme.test");
  expect(await ask({ [`${WELL_KNOWN}/mcp`]: answer(405, "") }).found).toBe("https://mcp.acme.test");
});

it("goes to a host of somebody else only when the definition names it", async () => {
  const elsewhere = { [`${WELL_KNOWN}/mcp`]: document(["https://auth.acme.test"]) };
  expect(await codeOf(ask(elsewhere).found)).toBe("OAUTH_ANSWER");
  expect(await ask(elsewhere, ["auth.acme.test"]).found).toBe("https://auth.acme.test");
});

it.each<[string, OAuthAnswer, string]>([
  ["is about another API", document(["https://mcp.acme.test"], "https://evil.test/mcp"), "OAUTH_ANSWER"],
  ["names a plain http server", document(["http://mcp.acme.test"]), "OAUTH_ANSWER"],
  ["names no address", document(["nothing"]), "OAUTH_ANSWER"],
  ["names a server with a user", document(["https://u@mcp.acme.test"]), "OAUTH_ANSWER"],
  ["names none", document([]), "OAUTH_ANSWER"],
  ["is busy", answer(503, "<html>", "text/html"), "OAUTH_BUSY"],
])("refuses a document that %s", async (_what, given, code) => {
  expect(await codeOf(ask({ [`${WELL_KNOWN}/mcp`]: given }).found)).toBe(code);
});

it("does not ask twice where nobody answers", async () => {
  const server = scripted([new KeywardError("UPSTREAM_UNREACHABLE", "gone")]);
  expect(await codeOf(discoverIssuer({ resource, hosts: [], context }, server.send))).toBe("UPSTREAM_UNREACHABLE");
  expect(server.requests).toHaveLength(1);
});
