import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseHexKey, readKeyFile, writeKeyFile } from "../../../../src/store/custody/key-file.ts";
import { profileFiles } from "../../../../src/store/profile-files.ts";
import { codeOf, modeOf, NAME, tempDirectory } from "../temp-profile.ts";

describe("the key file", () => {
  it("gives back the key, for its owner's eyes only", () => {
    const files = profileFiles(tempDirectory(), NAME);
    const key = randomBytes(32);
    expect(codeOf(() => readKeyFile(files))).toBe("STORE_KEY_MISSING");
    writeKeyFile(files, key);
    expect([readKeyFile(files), modeOf(files.key)]).toEqual([key, "600"]);
    chmodSync(files.key, 0o644);
    expect(codeOf(() => readKeyFile(files))).toBe("HOME_UNSAFE");
  });
});

describe("a key in hex", () => {
  const digits = randomBytes(32).toString("hex");

  it.each([digits, digits.toUpperCase(), `${digits}\n`, `  ${digits}\r\n`])("may stand between white space", (text) => {
    expect(parseHexKey(text, "x").toString("hex")).toBe(digits);
  });

  it.each(["", digits.slice(1), `${digits}0`, `${digits}\n${digits}`, `0x${digits}`, digits.replace(/./, "g")])(
    "is nothing else",
    (text) => {
      expect(codeOf(() => parseHexKey(text, "x"))).toBe("CUSTODY_FAILED");
    },
  );

  it("never shows in the error", () => {
    expect(() => parseHexKey(`${digits}0`, "the file")).toThrow(/^the file does not give a key of 64 hex digits$/);
  });
});
