import { describe, expect, it } from "vitest";
import { readSecretNames } from "../../../../src/cli/creds/secret-names.ts";

const names = (text: string): string[] => [...(readSecretNames(text)?.names ?? [])];

describe("readSecretNames", () => {
  it("reads dotenv with a byte order mark, Windows line ends and export", () => {
    expect(names("\ufeffA=1\r\nexport B='2'\r\n# C=3\r\n")).toEqual(["A", "B"]);
  });

  it("counts the last of two equal names, and none that is empty", () => expect(names("A=1\nA=\nB=\nB=2\nC=''\n")).toEqual(["B"]));

  it("reads a JSON object of texts", () => expect(names('{"A":"1","B":"","C":3,"not a name":"x"}')).toEqual(["A"]));

  it("says that broken JSON is nothing it can read", () => {
    expect(readSecretNames('{"A":')).toBeNull();
    expect(readSecretNames("[1]")).toBeNull();
  });

  it("counts lines that are no assignment", () => expect(readSecretNames("A=1\nhello there\n")?.badLines).toEqual([2]));
});
