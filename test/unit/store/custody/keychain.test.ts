import { describe, expect, it } from "vitest";
import { keychainAnswers, systemKeychain } from "../../../../src/store/custody/keychain.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { codeOfAsync } from "../temp-profile.ts";
import { fakeKeyring } from "./fake-keychain.ts";

describe("a keychain that works", () => {
  it("answers, keeps, gives back and removes", async () => {
    const keychain = systemKeychain(fakeKeyring("works"));
    expect(await keychain.answers(20_000)).toBe(true);
    expect(await keychain.read("work:1")).toBeNull();
    await keychain.write("work:1", "value");
    expect(await keychain.read("work:1")).toBe("value");
    await keychain.remove("work:1");
    await keychain.remove("work:1");
    expect(await keychain.read("work:1")).toBeNull();
  });
});

describe("a keychain that does not", () => {
  it.each(["throws", "forgets"] as const)("does not answer when it %s", async (behaviour) => {
    expect(await systemKeychain(fakeKeyring(behaviour)).answers(20_000)).toBe(false);
  });

  it("does not answer when it hangs, and the caller waits no longer than it said", async () => {
    const before = performance.now();
    expect(await systemKeychain(fakeKeyring("hangs")).answers(300)).toBe(false);
    expect(performance.now() - before).toBeLessThan(15_000);
  });

  it("fails without saying what it was given", async () => {
    const keychain = systemKeychain(fakeKeyring("throws"));
    const error = await keychain.write("work:1", "the value").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeywardError);
    expect(`${String(error)}${(error as Error).stack}`).not.toContain("the value");
    expect(await codeOfAsync(() => keychain.read("work:1"))).toBe("CUSTODY_FAILED");
    expect(await codeOfAsync(() => systemKeychain("/no/such/library").remove("work:1"))).toBe("CUSTODY_FAILED");
  });

  it("that is the system's own says yes or no within its limit", async () => {
    const before = performance.now();
    expect(typeof (await keychainAnswers(1_500))).toBe("boolean");
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});
