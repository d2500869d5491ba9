import { describe, expect, it } from "vitest";
import { bindShared } from "../../../../src/daemon/gateway/token-bindings.ts";
import type { SharedConnection } from "../../../../src/daemon/gateway/token-runs.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../../src/providers/catalogue.ts";

const catalogue = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/nowhere" });
const find = (id: string) => catalogue.get(id);
const shared = (change: Partial<SharedConnection> = {}): SharedConnection => ({
  id: "con_1",
  provider: "openai",
  name: "team",
  scope: "workspace",
  secret_id: "sec_1",
  origins: ["https://api.openai.com"],
  version: 1,
  value: `sk-${"a1B2".repeat(12)}`,
  ...change,
});

describe("a run token's connections", () => {
  it("have the same placeholder in every replica and for every version, and none of the key", () => {
    const [one] = bindShared([shared()], find);
    const [two] = bindShared([shared({ version: 2, value: "sk-other" })], find);
    const placeholder = one?.binding.placeholders["key"] ?? "";
    expect(placeholder).toMatch(/^sk-/);
    expect(two?.binding.placeholders["key"]).toBe(placeholder);
    expect(shared().value).not.toContain(placeholder);
    expect(one?.credential.connectionId).not.toBe(two?.credential.connectionId);
  });

  it("go to the hub's origins alone, the first of a provider being the default", () => {
    const bound = bindShared([shared(), shared({ id: "con_2", name: "other" })], find);
    expect(bound.map(({ binding }) => [binding.name, binding.isDefault, binding.origins])).toEqual([
      ["team", true, [{ host: "api.openai.com", port: 443 }]],
      ["other", false, [{ host: "api.openai.com", port: 443 }]],
    ]);
  });

  it.each([{ provider: "nobody-knows" }, { origins: ["https://"] }, { provider: "twilio", value: "not json" }])(
    "leave out %j",
    (change) => {
      expect(bindShared([shared(change)], find)).toEqual([]);
    },
  );

  it("show public fields as they are and hide the rest", () => {
    const value = JSON.stringify({ account_sid: "AC1", auth_token: "secret" });
    const [bound] = bindShared([shared({ provider: "twilio", origins: ["https://api.twilio.com"], value })], find);
    expect(bound?.binding.connection.publicFields).toEqual({ account_sid: "AC1" });
    expect(Object.keys(bound?.binding.placeholders ?? {})).toEqual(["auth_token"]);
  });
});
