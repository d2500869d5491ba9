import { describe, expect, it } from "vitest";
import { keychain } from "../../../src/backends/keychain.ts";
import { KeywardError } from "../../../src/core/errors.ts";
import { Secret } from "../../../src/core/secret.ts";
import { refusalOf, testMachine } from "../../support/backend-tools.ts";

describe("the keychain", () => {
  it("is written and read by service and account, of which the account may have slashes", async () => {
    const { tools, items } = testMachine();
    await keychain.write?.("svc/team/key", new Secret("value"), tools);
    expect([...items]).toEqual([["svc team/key", "value"]]);
    expect((await keychain.read("svc/team/key", tools)).reveal()).toBe("value");
    expect(await refusalOf(keychain.read("svc/other", tools))).toBe("SECRET_UNAVAILABLE the keychain has no such item");
  });

  it("that is off or refuses may work later, and is not spoken of as the place of profiles' keys", async () => {
    const off = testMachine({ hasKeychain: false });
    expect(await refusalOf(keychain.read("svc/a", off.tools))).toContain("BACKEND_UNREACHABLE the keychain is switched off");
    const refuse = async (): Promise<never> => {
      throw new KeywardError("CUSTODY_FAILED", "the keychain refused");
    };
    const tools = { ...off.tools, keychain: () => ({ read: refuse, write: refuse }) };
    expect(await refusalOf(keychain.read("svc/a", tools))).toBe("BACKEND_UNREACHABLE the keychain did not answer or refused");
  });
});
