import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolvePaths, type Paths } from "../../../src/config/paths.ts";
import { daemonEnvironment } from "../../../src/config/environment.ts";
import { SETTING_KEYS, SETTINGS } from "../../../src/config/settings.ts";
import { listSettings, loadSettings, removeSetting, storeSetting } from "../../../src/config/settings-file.ts";

let paths: Paths;
beforeEach(() => {
  paths = resolvePaths({ KEYWARD_HOME: mkdtempSync(join(tmpdir(), "kw-set-")) });
});
afterEach(() => rmSync(paths.home, { recursive: true, force: true }));

const sourceOf = (key: string, environment = {}): unknown => listSettings(paths, environment).find((setting) => setting.key === key);

describe("settings", () => {
  it("have their defaults without a file", () => {
    expect(loadSettings(paths, {})).toMatchObject({ "ui.port": 0, "network.allow": [], profile: "default" });
    expect(sourceOf("ui.port")).toEqual({ key: "ui.port", value: 0, source: "default" });
  });

  it("are kept in a file for the user alone", () => {
    storeSetting(paths, "ui.port", 7999);
    storeSetting(paths, "network.allow", ["10.0.0.0/8"]);
    expect(loadSettings(paths, {})).toMatchObject({ "ui.port": 7999, "network.allow": ["10.0.0.0/8"] });
    expect(sourceOf("ui.port")).toEqual({ key: "ui.port", value: 7999, source: "file" });
    expect(statSync(paths.config).mode & 0o777).toBe(0o600);
    expect(readdirSync(paths.home)).toEqual(["config.json"]);
  });

  it("give way to a variable", () => {
    storeSetting(paths, "ui.port", 7999);
    expect(sourceOf("ui.port", { KEYWARD_UI_PORT: "8000" })).toEqual({ key: "ui.port", value: 8000, source: "environment" });
    const wrong = loadSettings(paths, { KEYWARD_UI_PORT: "many" });
    expect(() => wrong["ui.port"]).toThrow(
      expect.objectContaining({
        code: "SETTING_VALUE",
        message: expect.stringMatching(/^KEYWARD_UI_PORT takes/) as string,
        hint: "unset KEYWARD_UI_PORT",
      }),
    );
    expect(wrong.profile).toBe("default");
  });

  it("give way to a variable of a kind that only narrows when it does narrow", () => {
    for (const key of ["run.deny_unmatched", "run.sandbox"] as const) {
      const variable = SETTINGS[key].variable ?? "";
      expect(loadSettings(paths, { [variable]: "1" })[key]).toBe(true);
      storeSetting(paths, key, true);
      expect(sourceOf(key, { [variable]: "0" })).toEqual({ key, value: true, source: "file" });
    }
  });

  it("have a variable each, named like the setting, but for what says whom the daemon trusts and where it dials", () => {
    const without = SETTING_KEYS.filter((key) => SETTINGS[key].variable === undefined);
    expect(without).toEqual([
      "network.allow",
      "run.shared",
      "run.socket",
      "scrub",
      "upstream.ca_file",
      "upstream.proxy",
      "upstream.resolve",
    ]);
    const odd = SETTING_KEYS.filter((key) => {
      const { variable } = SETTINGS[key];
      return variable !== undefined && variable !== `KEYWARD_${key.toUpperCase().replaceAll(".", "_")}`;
    });
    expect(odd).toEqual(["hub.auto_sync", "hub.content"]);
  });

  it("of the daemon reach it through the variables it is started with", () => {
    const set = { KEYWARD_DAEMON_IDLE_TIMEOUT: "5s", KEYWARD_SECRETS_CACHE_SECONDS: "0", KEYWARD_AUDIT_MAX_BYTES: "9" };
    const held = loadSettings(paths, daemonEnvironment(set));
    expect(held).toMatchObject({ "daemon.idle_timeout": 5, "secrets.cache_seconds": 0, "audit.max_bytes": 9 });
  });

  it("are removed once", () => {
    storeSetting(paths, "ui.port", 7999);
    expect(removeSetting(paths, "ui.port")).toBe(true);
    expect(removeSetting(paths, "ui.port")).toBe(false);
    expect(loadSettings(paths, {})["ui.port"]).toBe(0);
  });

  it.each(["", "{", "[]", "null", '"text"', '{"ui.port":"many"}', '{"ui.port":null}'])(
    "say that a file with %j is corrupt, and leave it alone",
    (text) => {
      writeFileSync(paths.config, text);
      expect(() => loadSettings(paths, {})).toThrow(
        expect.objectContaining({ code: "SETTINGS_CORRUPT", hint: expect.stringContaining(paths.config) }),
      );
      expect(() => storeSetting(paths, "ui.port", 1)).toThrow(expect.objectContaining({ code: "SETTINGS_CORRUPT" }));
      expect(readFileSync(paths.config, "utf8")).toBe(text);
    },
  );

  it("name a key in the file that nobody knows", () => {
    writeFileSync(paths.config, '{"ui.prot":1}');
    expect(() => loadSettings(paths, {})).toThrow(expect.objectContaining({ code: "SETTING_UNKNOWN" }));
  });

  it("say when the file cannot be read or written", () => {
    mkdirSync(paths.config);
    const hint = expect.stringContaining(paths.config) as string;
    expect(() => loadSettings(paths, {})).toThrow(expect.objectContaining({ code: "HOME_UNUSABLE", hint }));
    rmSync(dirname(paths.config), { recursive: true });
    expect(() => storeSetting(paths, "ui.port", 1)).toThrow(expect.objectContaining({ code: "HOME_UNUSABLE" }));
  });
});
