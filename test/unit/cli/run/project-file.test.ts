import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isVaultText, parseProjectFile, readProjectFile } from "../../../../src/cli/run/project-file.ts";

const FULL = {
  $schema: "x",
  allow: ["pypi.org"],
  deny: ["*.evil.example"],
  deny_unmatched: true,
  rules: ["github:GET /repos/**"],
  connections: { openai: "work" },
  providers: ["openai", "github"],
};

function tree(): { root: string; deep: string } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "kw-project-")));
  const deep = join(root, "a", "b");
  mkdirSync(deep, { recursive: true });
  return { root, deep };
}

describe("readProjectFile", () => {
  it("finds the nearest file up to the repository's root", () => {
    const { root, deep } = tree();
    mkdirSync(join(root, ".git"));
    writeFileSync(join(root, "keyward.json"), "{}");
    expect(readProjectFile(deep)?.path).toBe(join(root, "keyward.json"));
    writeFileSync(join(root, "a", "keyward.json"), "{}");
    expect(readProjectFile(deep)?.path).toBe(join(root, "a", "keyward.json"));
  });

  it("does not look above the repository, and outside of one only where it stands", () => {
    const { root, deep } = tree();
    writeFileSync(join(root, "keyward.json"), "{}");
    expect(readProjectFile(deep)).toBeNull();
    expect(readProjectFile(root)?.path).toBe(join(root, "keyward.json"));
    mkdirSync(join(root, "a", ".git"));
    expect(readProjectFile(deep)).toBeNull();
  });

  it("takes a worktree's .git file for a root as well", () => {
    const { root, deep } = tree();
    writeFileSync(join(root, ".git"), "gitdir: elsewhere");
    writeFileSync(join(root, "keyward.json"), "{}");
    expect(readProjectFile(deep)).not.toBeNull();
  });

  it("fails for a file that cannot be read instead of running without its rules", () => {
    const { root } = tree();
    mkdirSync(join(root, "keyward.json"));
    expect(() => readProjectFile(root)).toThrow(/cannot read .*EISDIR/);
  });
});

describe("parseProjectFile", () => {
  it("reads every key", () => {
    expect(parseProjectFile("f", JSON.stringify(FULL))).toEqual({
      path: "f",
      text: JSON.stringify(FULL),
      env: {},
      layer: {
        allow: ["pypi.org"],
        deny: ["*.evil.example"],
        denyUnmatched: true,
        rules: [{ provider: "github", methods: ["GET"], path: "/repos/**" }],
      },
      connections: { openai: "work" },
      providers: ["openai", "github"],
    });
  });

  it.each([
    ["not JSON", "{", /f: is not a JSON object/],
    ["a list", "[]", /is not a JSON object/],
    ["an unknown key", '{"denyUnmatched":true}', /'denyUnmatched' is not a key.*did you mean 'deny_unmatched'/],
    ["a text for a list", '{"allow":"x.com"}', /'allow' is a list of texts/],
    ["a number in a list", '{"deny":[1]}', /'deny' is a list of texts/],
    ["a bad host, with its place", '{"deny":["a.com","*"]}', /deny\[1\]: a host is a name/],
    ["a bad rule, with its place", '{"rules":["github:GET"]}', /rules\[0\]: a rule is written/],
    ["a text for a boolean", '{"deny_unmatched":"yes"}', /'deny_unmatched' is true or false/],
    ["a list of connections", '{"connections":["openai"]}', /'connections' maps ids/],
    ["a bad connection name", '{"connections":{"openai":"A B"}}', /'connections' maps ids/],
    ["a bad provider", '{"providers":["Open AI"]}', /'providers' holds ids/],
  ])("refuses %s", (_what, text, message) => {
    expect(() => parseProjectFile("f", text)).toThrow(message);
  });
});

it.each([
  ["pg://u:${vault:DB_PASSWORD}@db", true],
  ["plain text", false],
  ["${vault:}", false],
  ["$vault:A", false],
])("%s is a text for the vault to fill in: %s", (text, isOne) => {
  expect(isVaultText(text)).toBe(isOne);
});
