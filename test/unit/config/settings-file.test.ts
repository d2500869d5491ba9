import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolvePaths, type Paths } from "../../../src/config/paths.ts";
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
    expect(() => loadSettings(paths, { KEYWARD_UI_PORT: "many" })).toThrow(expect.objectContaining({ code: "SETTING_VALUE" }));
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
    expect(() => loadSettings(paths, {})).toThrow(expect.objectContaining({ code: "HOME_UNUSABLE" }));
    rmSync(dirname(paths.config), { recursive: true });
    expect(() => storeSetting(paths, "ui.port", 1)).toThrow(expect.objectContaining({ code: "HOME_UNUSABLE" }));
  });
});
