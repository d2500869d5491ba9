import { afterEach, expect, it, vi } from "vitest";
import { backendTools } from "../../../../src/daemon/vault/backend-tools.ts";

afterEach(() => vi.unstubAllEnvs());

it("gives backends the variables they ask for, the daemon's environment, and no keychain where it is off", () => {
  vi.stubEnv("KEYWARD_KEYCHAIN", "off");
  const tools = backendTools((name) => `of ${name}`);
  expect(tools.variable("X")).toBe("of X");
  expect(tools.environment()["PATH"]).toBe(process.env["PATH"]);
  expect(tools.keychain("svc")).toBeNull();
  vi.stubEnv("KEYWARD_KEYCHAIN", "");
  expect(tools.keychain("svc")).not.toBeNull();
});
