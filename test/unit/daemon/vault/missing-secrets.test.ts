import { describe, expect, it } from "vitest";
import { unavailable, unreachable } from "../../../../src/backends/backend.ts";
import { missingSecrets } from "../../../../src/daemon/vault/missing-secrets.ts";

const absent = { name: "B_ABSENT", usedBy: "openai (team)", source: null, error: null, variables: [] };
const unset = { name: "A_UNSET", usedBy: null, source: "env", error: unavailable("the variable X is not set", "set X"), variables: ["X"] };
const sealed = { name: "C_SEALED", usedBy: null, source: "vault", error: unreachable("Vault is sealed"), variables: ["VAULT_ADDR"] };

describe("secrets that cannot be had", () => {
  it("are all named in one error, with the variables that may lead to them", () => {
    expect(missingSecrets([absent, unset, sealed])).toMatchObject({
      code: "CREDENTIALS_MISSING",
      exitCode: 7,
      message:
        "3 secrets cannot be had: A_UNSET (env): the variable X is not set; B_ABSENT for openai (team) is not in the vault; C_SEALED (vault): Vault is sealed",
      hint: "keyward vault check",
      detail: { secrets: ["A_UNSET", "B_ABSENT", "C_SEALED"], variables: ["X", "VAULT_ADDR"] },
    });
  });

  it("of which there is one get the hint that mends it", () => {
    expect(missingSecrets([unset]).hint).toBe("set X");
    expect(missingSecrets([absent]).hint).toBe("keyward vault put B_ABSENT --stdin");
  });

  it("are worth another try when none has to be mended", () => {
    expect(missingSecrets([sealed])).toMatchObject({ code: "BACKEND_UNREACHABLE", exitCode: 6 });
  });
});
