import { randomBytes } from "node:crypto";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { externalCustody, readExternalKey } from "../../../../src/store/custody/external.ts";
import { codeOf, codeOfAsync, tempDirectory } from "../temp-profile.ts";

const digits = randomBytes(32).toString("hex");
const command = (keyCommand: string) => readExternalKey("key-command", { keyFile: null, keyCommand });
const file = (path: string) => readExternalKey("key-file", { keyFile: path, keyCommand: null });

function keyFile(mode = 0o600): string {
  const path = join(tempDirectory(), "key");
  writeFileSync(path, `${digits}\n`);
  chmodSync(path, mode);
  return path;
}

describe("which external key there is", () => {
  it("is at most one", () => {
    expect(externalCustody({ keyFile: null, keyCommand: null })).toBeNull();
    expect(externalCustody({ keyFile: "/k", keyCommand: null })).toBe("key-file");
    expect(externalCustody({ keyFile: null, keyCommand: "cat" })).toBe("key-command");
    expect(codeOf(() => externalCustody({ keyFile: "/k", keyCommand: "cat" }))).toBe("CUSTODY_FAILED");
  });
});

describe("a key file of the user", () => {
  it("may be mounted: a link, readable by the group", async () => {
    const path = keyFile(0o440);
    const link = join(tempDirectory(), "link");
    symlinkSync(path, link);
    expect((await file(link)).toString("hex")).toBe(digits);
  });

  it.each([0o644, 0o660, 0o604])("is refused with mode %o", async (mode) => {
    expect(await codeOfAsync(() => file(keyFile(mode)))).toBe("HOME_UNSAFE");
  });

  it("that is missing or is no file is named", async () => {
    const directory = tempDirectory();
    expect(await codeOfAsync(() => file(join(directory, "nowhere")))).toBe("STORE_KEY_MISSING");
    chmodSync(directory, 0o700);
    expect(await codeOfAsync(() => file(directory))).toBe("CUSTODY_FAILED");
    expect(await codeOfAsync(() => readExternalKey("key-file", { keyFile: null, keyCommand: null }))).toBe("STORE_KEY_MISSING");
  });
});

describe("a key command", () => {
  it("is a line for the shell", async () => {
    expect((await command(`printf %s ${digits} | tr a-f A-F; echo`)).toString("hex")).toBe(digits);
  });

  it.each(["exit 3", "not-a-command-anywhere", "kill -9 $$", "true", "echo nonsense", `yes ${digits}`])(
    "that gives no key fails: %s",
    async (line) => {
      expect(await codeOfAsync(() => command(line))).toBe("CUSTODY_FAILED");
    },
  );

  it("never has its output in the error", async () => {
    const error = await command(`echo ${digits}0 >&2; echo ${digits}0`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeywardError);
    const { message, hint, stack } = error as KeywardError;
    expect(`${message} ${hint} ${stack}`).not.toContain(digits);
  });
});
