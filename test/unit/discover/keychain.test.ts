import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { readKeychain } from "../../../src/discover/keychain.ts";

const item = { service: "Tool", account: "$USER", format: "text" } as const;

describe("readKeychain", () => {
  it("asks the system for the one item that was named", () => {
    const asked: string[] = [];
    const run = (program: string, args: readonly string[]): string => {
      asked.push([program, ...args].join(" "));
      return "secret\n";
    };
    expect(readKeychain(item, run)).toBe("secret");
    expect(asked).toEqual([`/usr/bin/security find-generic-password -s Tool -a ${userInfo().username} -w`]);
  });

  it("opens what go-keyring wrapped", () => {
    expect(readKeychain(item, () => `go-keyring-base64:${Buffer.from("secret").toString("base64")}\n`)).toBe("secret");
  });

  it.each([[null], [""], ["\n"]])("has nothing when the program says %j", (said) => {
    expect(readKeychain(item, () => said)).toBeNull();
  });

  it.skipIf(process.platform === "darwin")("has nothing where there is no such program", () => {
    expect(readKeychain(item)).toBeNull();
  });
});
