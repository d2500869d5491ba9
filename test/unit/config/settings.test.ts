import { describe, expect, it } from "vitest";
import { checkSettingKey, isSettingValue, parseSetting, SETTING_KEYS, SETTINGS, type SettingKey } from "../../../src/config/settings.ts";

describe("checkSettingKey", () => {
  it("knows every key of the table", () => {
    expect(SETTING_KEYS.map(checkSettingKey)).toEqual(SETTING_KEYS);
  });

  it.each(["", "ui", "UI.PORT", "toString", "__proto__", "ui.port "])("refuses %j with the list of keys", (key) => {
    expect(() => checkSettingKey(key)).toThrow(
      expect.objectContaining({ code: "SETTING_UNKNOWN", message: expect.stringContaining("upstream.ca_file") }),
    );
  });
});

describe("parseSetting", () => {
  it.each<[SettingKey, string, unknown]>([
    ["daemon.idle_timeout", "0", 0],
    ["daemon.idle_timeout", "90s", 90],
    ["daemon.idle_timeout", "15m", 900],
    ["daemon.idle_timeout", "12h", 43_200],
    ["network.allow", "10.0.0.0/8, 192.168.1.0/24", ["10.0.0.0/8", "192.168.1.0/24"]],
    ["network.allow", "fd00::/8", ["fd00::/8"]],
    ["network.allow", "127.0.0.1", ["127.0.0.1"]],
    ["upstream.resolve", "api.openai.com:443=127.0.0.1:8443", ["api.openai.com:443=127.0.0.1:8443"]],
    ["upstream.resolve", "a.example:1=[::1]:2", ["a.example:1=[::1]:2"]],
    ["upstream.proxy", "http://proxy.example:3128", "http://proxy.example:3128"],
    ["upstream.ca_file", "/etc/roots.pem", "/etc/roots.pem"],
    ["ui.port", "7999", 7999],
    ["ui.port", "0", 0],
    ["run.deny_unmatched", "true", true],
    ["run.deny_unmatched", "false", false],
    ["profile", "work", "work"],
    ["hub.auto_sync", "1", true],
    ["hub.auto_sync", "0", false],
    ["hub.content", "redacted", "redacted"],
    ["hub.keep_runs_days", "30", 30],
  ])("reads %s from %j", (key, text, value) => {
    expect(parseSetting(key, text)).toEqual(value);
  });

  it.each<[SettingKey, string]>([
    ["daemon.idle_timeout", "soon"],
    ["daemon.idle_timeout", "-1"],
    ["daemon.idle_timeout", "1.5h"],
    ["network.allow", "10.0.0.0/33"],
    ["network.allow", "everything"],
    ["network.allow", "10.0.0.0/8,"],
    ["upstream.resolve", "api.openai.com=127.0.0.1"],
    ["upstream.resolve", "api.openai.com:443=elsewhere:443"],
    ["upstream.proxy", "socks5://proxy:1080"],
    ["upstream.proxy", "http://proxy/path"],
    ["upstream.ca_file", "relative.pem"],
    ["hub.auto_sync", "yes"],
    ["hub.content", "everything"],
    ["ui.port", "70000"],
    ["ui.port", "1e3"],
    ["run.deny_unmatched", "yes"],
    ["run.deny_unmatched", "constructor"],
    ["profile", "Not A Name"],
    ["profile", ""],
  ])("refuses %s = %j with an example", (key, text) => {
    expect(() => parseSetting(key, text)).toThrow(
      expect.objectContaining({ code: "SETTING_VALUE", hint: expect.stringContaining(SETTINGS[key].example) }),
    );
  });

  it("does not repeat what is no name of a setting: a value may have been meant for one", () => {
    const key = `sk-${"k1".repeat(20)}`;
    expect(() => checkSettingKey(key)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(key) }));
    expect(() => checkSettingKey("upstream.prox")).toThrow(/'upstream\.prox'/);
  });

  it("accepts every setting's own example", () => {
    for (const key of SETTING_KEYS) expect(() => parseSetting(key, SETTINGS[key].example)).not.toThrow();
  });
});

describe("isSettingValue", () => {
  it.each<[SettingKey, unknown]>([
    ["ui.port", 7999],
    ["run.deny_unmatched", true],
    ["network.allow", ["10.0.0.0/8"]],
    ["profile", "work"],
  ])("takes %s = %j from JSON", (key, value) => {
    expect(isSettingValue(key, value)).toBe(true);
  });

  it.each<[SettingKey, unknown]>([
    ["ui.port", "7999"],
    ["run.deny_unmatched", "true"],
    ["network.allow", "10.0.0.0/8"],
    ["profile", null],
    ["profile", {}],
  ])("does not take %s = %j", (key, value) => {
    expect(isSettingValue(key, value)).toBe(false);
  });
});
