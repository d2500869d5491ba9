import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { bodyFrom, kindOf, newHubToken, TOKEN_PATTERN, type TokenKind, tokenOf } from "../../../../src/hub/tokens/token-format.ts";

const KINDS: readonly TokenKind[] = ["ses", "ref", "pat", "dev", "run", "inv", "web", "dvc"];
const rule = readFileSync(fileURLToPath(new URL("../../../../docs/hub/gitleaks.toml", import.meta.url)), "utf8");
const RULE_PATTERN = new RegExp(/regex = '''(.+)'''/.exec(rule)?.[1] ?? "nothing", "g");

it.each(KINDS)("makes a %s token that knows its kind", (kind) => {
  const token = newHubToken(kind);
  expect(token).toMatch(new RegExp(`^${TOKEN_PATTERN}$`));
  expect(kindOf(token)).toBe(kind);
  expect(newHubToken(kind)).not.toBe(token);
});

it("takes nothing with a changed character, kind, length or alphabet for a token", () => {
  const token = newHubToken("pat");
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === "x" ? "y" : "x";
    expect(kindOf(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
  }
  for (const text of ["", `${token}x`, ` ${token}`, token.slice(0, -1), token.replace("pat", "ses"), token.toUpperCase(), `${token}\n`]) {
    expect(kindOf(text)).toBeNull();
  }
});

it("finds 0 tokens in 200,000 random strings, by the checksum, and none by the scanner's rule in text without the prefix", () => {
  let found = 0;
  for (let turn = 0; turn < 200_000; turn += 1) if (kindOf(`kw_pat_${randomText(46)}`) !== null) found += 1;
  expect(found).toBe(0);
  expect(randomBytes(1_000_000).toString("base64").match(RULE_PATTERN)).toBeNull();
});

it.each(KINDS)("is found by the shipped gitleaks rule: %s", (kind) => {
  const token = newHubToken(kind);
  for (const text of [`token = "${token}"`, `Authorization: Bearer ${token}\n`, `{"t":"${token}"}`, `https://x/setup#${token}`]) {
    expect([...text.matchAll(RULE_PATTERN)].map((match) => match[1] ?? match[0])).toEqual([token]);
  }
});

it("makes the same token of the same bytes, evenly enough", () => {
  const bytes = randomBytes(80);
  expect(tokenOf("ref", bodyFrom(bytes))).toBe(tokenOf("ref", bodyFrom(bytes)));
  expect(kindOf(tokenOf("ref", bodyFrom(bytes)))).toBe("ref");
});
