import { readFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { HUB_TOKEN_KINDS, kindOf, TOKEN_PATTERN, type TokenKind, tokenOf } from "../../../../src/core/shapes/hub-token.ts";

const KINDS = Object.keys(HUB_TOKEN_KINDS) as TokenKind[];
const newToken = (kind: TokenKind): string => tokenOf(kind, randomText(40));
const rule = readFileSync(fileURLToPath(new URL("../../../../docs/hub/gitleaks.toml", import.meta.url)), "utf8");
const RULE_PATTERN = new RegExp(/regex = '''(.+)'''/.exec(rule)?.[1] ?? "nothing", "g");

it.each(KINDS)("reads the kind of a %s token, whose last six characters are the CRC-32 of the rest in base 62", (kind) => {
  const token = newToken(kind);
  expect(kindOf(token)).toBe(kind);
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const sum = token
    .slice(-6)
    .split("")
    .reduce((value, digit) => value * 62 + digits.indexOf(digit), 0);
  expect(sum).toBe(crc32(token.slice(0, -6)));
});

it("takes nothing with a changed character, kind, length or alphabet for a token", () => {
  const token = newToken("pat");
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
  const token = newToken(kind);
  for (const text of [`token = "${token}"`, `Authorization: Bearer ${token}\n`, `{"t":"${token}"}`, `https://x/setup#${token}`]) {
    expect([...text.matchAll(RULE_PATTERN)].map((match) => match[1] ?? match[0])).toEqual([token]);
  }
});

it("is the pattern that the shipped rule for scanners has", () => {
  expect(RULE_PATTERN.source).toBe(TOKEN_PATTERN);
});
