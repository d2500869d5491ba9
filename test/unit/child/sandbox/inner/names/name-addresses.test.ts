import { expect, it } from "vitest";
import { FULL, NameAddresses } from "../../../../../../src/child/sandbox/inner/names/name-addresses.ts";

it("gives each name an address of its own for good, and knows the way back", () => {
  const addresses = new NameAddresses();
  const given = Array.from({ length: 1_000 }, (_, at) => addresses.addressOf(`h${at}.example.test`));
  expect(new Set(given).size).toBe(1_000);
  expect(given[0]).toBe("127.64.0.1");
  expect(addresses.addressOf("h999.example.test")).toBe(given[999]);
  expect(addresses.nameOf(String(given[300]))).toBe("h300.example.test");
  expect(addresses.nameOf("127.64.99.99")).toBeNull();
});

it.each(["localhost", "app.localhost"])("%s is the loopback itself", (name) => {
  expect(new NameAddresses().addressOf(name)).toBe("127.0.0.1");
});

it.each([
  "",
  "intranet",
  "10.0.0.1",
  "1.0.168.192.in-addr.arpa",
  "a..b",
  "-a.test",
  "a b.test",
  "ä.test",
  `${"a".repeat(64)}.test`,
  "127.1",
])("%j is no name", (name) => {
  expect(new NameAddresses().addressOf(name)).toBeNull();
});

it("says when no address is left, and keeps those given", () => {
  const addresses = new NameAddresses(1);
  expect(addresses.addressOf("a.test")).toBe("127.64.0.1");
  expect(addresses.addressOf("b.test")).toBe(FULL);
  expect(addresses.addressOf("a.test")).toBe("127.64.0.1");
});
