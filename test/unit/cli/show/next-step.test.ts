import { describe, expect, it } from "vitest";
import { credentialText, meaningOf, nextStep } from "../../../../src/cli/show/next-step.ts";
import { ERRORS } from "../../../../src/core/error-table.ts";
import { AUDIT_ENTRY } from "../../../support/cli/sample-answers.ts";

const denied = (code: string, change: Partial<typeof AUDIT_ENTRY> = {}) => ({ ...AUDIT_ENTRY, kind: "denied" as const, code, ...change });

describe("the next step", () => {
  it.each([
    ["LOGIN_REQUIRED", {}, "keyward login openai"],
    ["LOGIN_EXPIRED", { connection: "work" }, "keyward login openai --connection work --force"],
    ["RULE_DENIED", {}, "keyward explain GET 'https://api.openai.com/v1/models'"],
    ["HOST_MISMATCH", { method: "CONNECT", path: null }, "keyward explain GET 'https://api.openai.com/'"],
    ["PLACEHOLDER_LEAK", { path: "/it's", port: 8443 }, "keyward explain GET 'https://api.openai.com:8443/it%27s'"],
    ["PLACEHOLDER_LEAK", { path: "/a", port: 80 }, "keyward explain GET 'http://api.openai.com/a'"],
    ["RULE_DENIED", { host: null }, "keyward audit list --denied"],
    ["CONNECTION_AMBIGUOUS", {}, "keyward connection default openai NAME"],
    ["UPSTREAM_UNREACHABLE", {}, "keyward doctor"],
    ["A_CODE_OF_TOMORROW", {}, "keyward doctor"],
  ])("for %s is a command", (code, change, command) => {
    expect(nextStep(denied(code, change))).toBe(command);
  });

  it("is a login when the provider refused the credential, and a question when it was the program's own", () => {
    expect(nextStep({ ...AUDIT_ENTRY, status: 401 })).toBe("keyward login openai --force");
    expect(nextStep({ ...AUDIT_ENTRY, status: 403, credential: "own" })).toBe("keyward explain GET 'https://api.openai.com/v1/models'");
    expect(nextStep(AUDIT_ENTRY)).toBeNull();
    expect(nextStep({ ...AUDIT_ENTRY, status: 500 })).toBeNull();
  });
});

describe("the meaning of a code", () => {
  it("is the error table's", () => {
    for (const code of Object.keys(ERRORS)) expect(meaningOf(code)).toBe(ERRORS[code as keyof typeof ERRORS].means);
    expect(meaningOf("toString")).toBeNull();
    expect(meaningOf(null)).toBeNull();
  });

  it("has words for every fate of a credential", () => {
    expect(credentialText(AUDIT_ENTRY)).toBe("injected: the placeholder was replaced by the credential");
    expect(credentialText({ ...AUDIT_ENTRY, credential: null })).toBe("none");
  });
});
