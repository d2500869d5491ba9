import { describe, expect, it } from "vitest";
import { settingText } from "../../../../src/cli/show/settings.ts";
import { parseSetting } from "../../../../src/config/settings.ts";

describe("settingText", () => {
  it.each([
    ["network.allow", "10.0.0.0/8,192.168.1.0/24"],
    ["daemon.idle_timeout", "7200"],
    ["run.deny_unmatched", "true"],
  ] as const)("gives for %s what config set takes back", (key, text) => {
    expect(settingText(parseSetting(key, text))).toBe(text);
  });

  it("is empty for what is not set", () => expect([settingText(null), settingText([])]).toEqual(["", ""]));
});
