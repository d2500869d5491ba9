import { describe, expect, it } from "vitest";
import { parseAddress, parseKeyValueReference } from "../../../src/backends/key-value-reference.ts";

describe("a reference to Vault", () => {
  it("says mount, path and field, and options", () => {
    expect(
      parseKeyValueReference("secret/ci/open%20ai?address=https://v:8200&namespace=a/b&version=2&token_file=/t&ca_file=/c#the key"),
    ).toEqual({
      mount: "secret",
      path: ["ci", "open ai"],
      field: "the key",
      address: "https://v:8200",
      namespace: "a/b",
      version: 2,
      tokenFile: "/t",
      caFile: "/c",
    });
    expect(parseKeyValueReference("ci/a?mount=team/kv#k")).toMatchObject({ mount: "team/kv", path: ["ci", "a"], version: null });
  });

  it.each(["secret#k", "secret/a", "secret/a#", "secret/%2e%2e/b#k", "secret/a?x=1#k", "secret//a#k", "secret/%zz#k", "a\nb/c#k"])(
    "is none: %j",
    (rest) => {
      expect(parseKeyValueReference(rest)).toBeNull();
    },
  );
});

it.each([
  ["https://vault.example.com", true],
  ["https://vault.example.com:8200/prefix", true],
  ["http://127.0.0.1:8200", true],
  ["http://localhost:8200", true],
  ["http://[::1]:8200", true],
  ["http://vault.example.com", false],
  ["https://user:pw@vault.example.com", false],
  ["https://vault.example.com?x=1", false],
  ["ftp://vault", false],
  ["vault:8200", false],
])("a token may go to %s: %s", (address, isSafe) => {
  expect(parseAddress(address) !== null).toBe(isSafe);
});
