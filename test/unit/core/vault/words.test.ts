import { describe, expect, it } from "vitest";
import {
  checkScope,
  checkSecretName,
  checkLabelledKind,
  expandVaultReferences,
  isPlainName,
  sayName,
  LABELLED_KINDS,
  secretUnknown,
  vaultReferences,
} from "../../../../src/core/vault/words.ts";

const codeOf = (use: () => unknown): string => {
  try {
    use();
    return "nothing";
  } catch (error) {
    return `${(error as { code?: string }).code} ${(error as Error).message}`;
  }
};

describe("words of the vault", () => {
  it("are the scopes user, workspace and tenant and no other", () => {
    for (const scope of ["user", "workspace", "tenant"]) expect(checkScope(scope)).toBe(scope);
    for (const scope of ["", "org", "User", "workspace ", "__proto__"])
      expect(codeOf(() => checkScope(scope))).toContain("USAGE a scope is one of");
  });

  it("are sixteen kinds of connections, listed where another is given", () => {
    expect(LABELLED_KINDS).toHaveLength(16);
    expect(checkLabelledKind("mcp")).toBe("mcp");
    const refusal = codeOf(() => checkLabelledKind("jira"));
    for (const kind of LABELLED_KINDS) expect(refusal).toContain(kind);
    expect(refusal).toContain("USAGE");
  });

  it.each(["A", "_x", "SLACK_BOT_TOKEN", "team.key-2", "a".repeat(128)])("name a secret %s", (name) => {
    expect(checkSecretName(name)).toBe(name);
  });

  it.each(["", "1A", "A B", "A=B", "a/b", "ä", "A\n", "a".repeat(129)])("do not name one %j", (name) => {
    expect(codeOf(() => checkSecretName(name))).toContain("NAME_INVALID");
  });

  it("repeat an unknown name only where it cannot be a key", () => {
    expect(sayName("SLACK_BOT_TOKEN")).toBe("'SLACK_BOT_TOKEN'");
    for (const key of [`xoxb-${"1".repeat(11)}`, `AKIA${"4B".repeat(8)}`, `ghp_${"a1".repeat(18)}`, "a".repeat(40)]) {
      expect(isPlainName(key)).toBe(false);
      expect(sayName(key)).not.toContain(key);
      expect(secretUnknown(key).message).not.toContain(key);
    }
    expect(secretUnknown("SLACK_BOT_TOKEN", "user").message).toBe("no secret has the name 'SLACK_BOT_TOKEN' in the scope user");
  });
});

describe("references in a text", () => {
  it("are found once each", () => {
    expect(vaultReferences("a ${vault:ONE} b ${vault:TWO}${vault:ONE} $vault:THREE ${env:FOUR}")).toEqual(["ONE", "TWO"]);
    expect(codeOf(() => vaultReferences("${vault:}"))).toContain("NAME_INVALID");
  });

  it("become values, and a value that looks like one stays as it is", () => {
    const values: Record<string, string> = { ONE: "$& ${vault:TWO} $1", TWO: "2" };
    expect(expandVaultReferences("x=${vault:ONE};y=${vault:TWO}", (name) => values[name] ?? "")).toBe("x=$& ${vault:TWO} $1;y=2");
  });
});
