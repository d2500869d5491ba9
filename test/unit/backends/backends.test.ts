import { describe, expect, it } from "vitest";
import { BACKEND_EXAMPLES, findBackend } from "../../../src/backends/backends.ts";

describe("a reference", () => {
  it.each([
    ["env:OPENAI_API_KEY", "env"],
    ["file:/run/secrets/key", "file"],
    ["file:///run/secrets/key", "file"],
    ["command:gopass show -o 'my key'", "command"],
    ["op://Private/OpenAI/credential", "1password"],
    ["op://Private/OpenAI/section/credential", "1password"],
    ["vault://secret/ci/openai#key", "vault"],
    ["bao://kv/team/a?version=3&namespace=ns1#key", "vault"],
    ["pass:api/openai", "pass"],
    ["pass:api/openai#user", "pass"],
    ["keychain:service/account", "os-keychain"],
  ])("%s leads to the backend %s", (reference, source) => {
    expect(findBackend(reference).backend.source).toBe(source);
  });

  it.each([
    "",
    "OPENAI_API_KEY",
    "env:",
    "env:A B",
    "file:relative",
    "file:",
    "command:",
    "command:say 'open",
    "op://only/two",
    "op://a//c",
    "vault://secret#key",
    "vault://secret/a",
    "vault://secret/../sys#key",
    "vault://secret/a?token=x#key",
    "vault://secret/a?address=http://vault.example.com#key",
    "vault://secret/a?version=0#key",
    "pass:",
    "pass:-c",
    "pass:../../etc/passwd",
    "keychain:alone",
    "keychain:keyward/default",
    `env:${"A".repeat(5_000)}`,
  ])("%s is refused without being repeated", (reference) => {
    let message = "";
    expect(() => {
      try {
        findBackend(reference);
      } catch (error) {
        message = (error as Error).message;
        throw error;
      }
    }).toThrow(expect.objectContaining({ code: "BACKEND_INVALID" }));
    if (reference.length > 12) expect(message).not.toContain(reference);
  });

  it("is understood in every form that messages show as an example", () => {
    for (const example of BACKEND_EXAMPLES) expect(findBackend(example).backend.example).toBe(example);
  });
});
