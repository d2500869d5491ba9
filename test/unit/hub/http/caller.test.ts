import { expect, it } from "vitest";
import { bearerToken, parseScopes, requireScope } from "../../../../src/hub/http/caller.ts";

it.each([
  ["Bearer abc", "abc"],
  ["bearer  abc ", "abc"],
  ["BEARER kw_pat_x", "kw_pat_x"],
  ["Basic abc", null],
  ["Bearer", null],
  ["Bearer a b", null],
  ["Bearerabc", null],
  ["", null],
  [undefined, null],
])("reads %j as %j", (header, token) => {
  expect(bearerToken(header)).toBe(token);
});

it("asks a person for a role and a token for a scope, in words of each", () => {
  const standing = { workspaceId: "w", role: "viewer", scopes: ["secrets:read"] } as const;
  expect(() => requireScope(standing, "secrets:read")).not.toThrow();
  expect(() => requireScope(standing, "secrets:write")).toThrow("as viewer, or with this login, you do not have the scope secrets:write");
  expect(() => requireScope({ ...standing, role: null }, "secrets:write")).toThrow("the token was not given the scope secrets:write");
  expect(() => requireScope({ ...standing, scopes: ["admin"] }, "secrets:write")).not.toThrow();
});

it("drops scopes that this version does not know", () => {
  expect(parseScopes('["secrets:read","from:the-future"]')).toEqual(["secrets:read"]);
});
