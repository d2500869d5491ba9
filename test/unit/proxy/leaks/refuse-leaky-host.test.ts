import { expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import type { LiveRun } from "../../../../src/proxy/ports.ts";
import { refuseLeakyHost } from "../../../../src/proxy/leaks/refuse-leaky-host.ts";

const owner = { provider: "acme", name: "default" };
const [real, given] = [randomText(32), randomText(32)];
const ports = { knownPlaceholders: () => [{ text: given, owner }], knownSecrets: () => [{ secret: new Secret(real), owner }] };
const run = {} as LiveRun;

it.each([
  [`${real}.test:443`, "KEY_LEAK"],
  [`x.${real}-y.test`, "KEY_LEAK"],
  [`${Buffer.from(real).toString("base64url")}.test:80`, "KEY_LEAK"],
  [`${given}@api.acme.test:443`, "PLACEHOLDER_LEAK"],
])("refuses %#, and repeats nothing of it", (authority, code) => {
  expect(() => refuseLeakyHost(authority, run, ports)).toThrow(
    expect.objectContaining({ code, message: expect.not.stringContaining(".test") }),
  );
});

it("has nothing against other names, nor anything to look for in a profile that is empty", () => {
  const empty = { knownPlaceholders: () => [], knownSecrets: () => [] };
  expect(() => refuseLeakyHost("api.acme.test:443", run, ports)).not.toThrow();
  expect(() => refuseLeakyHost(`${real}.test:443`, run, empty)).not.toThrow();
});
