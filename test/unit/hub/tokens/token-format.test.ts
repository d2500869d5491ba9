import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { HUB_TOKEN_KINDS, kindOf, TOKEN_PATTERN, type TokenKind, tokenOf } from "../../../../src/core/shapes/hub-token.ts";
import { bodyFrom, newHubToken } from "../../../../src/hub/tokens/token-format.ts";

const KINDS = Object.keys(HUB_TOKEN_KINDS) as TokenKind[];

it.each(KINDS)("makes a %s token that knows its kind", (kind) => {
  const token = newHubToken(kind);
  expect(token).toMatch(new RegExp(`^${TOKEN_PATTERN}$`));
  expect(kindOf(token)).toBe(kind);
  expect(newHubToken(kind)).not.toBe(token);
});

it("makes the same token of the same bytes, evenly enough", () => {
  const bytes = randomBytes(80);
  expect(tokenOf("ref", bodyFrom(bytes))).toBe(tokenOf("ref", bodyFrom(bytes)));
  expect(kindOf(tokenOf("ref", bodyFrom(bytes)))).toBe("ref");
});
