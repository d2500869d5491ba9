import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolvePaths } from "../../../src/config/paths.ts";
import { type SettingPlaces, traceSettings } from "../../../src/config/trace-settings.ts";

function places(config: string, more: Partial<SettingPlaces> = {}): SettingPlaces {
  const home = mkdtempSync(join(tmpdir(), "kw-trace-"));
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "config.json"), config);
  return { paths: resolvePaths({ KEYWARD_HOME: home }), environment: {}, flags: {}, project: null, ...more };
}

const find = (given: SettingPlaces, key: string) => traceSettings(given).settings.find((setting) => setting.key === key);

describe("traceSettings", () => {
  it("goes flag, environment, project, file, default", () => {
    const given = places('{"profile":"filed","run.deny_unmatched":false}', {
      environment: { KEYWARD_PROFILE: "varied" },
      flags: { profile: { name: "--profile", value: "flagged" } },
      project: { path: "/r/keyward.json", values: { "run.deny_unmatched": true } },
    });
    const profile = find(given, "profile");
    expect(profile).toMatchObject({ source: "flag", where: "--profile", value: "flagged", unset: null });
    expect(profile?.shadows.map(({ source, value }) => [source, value])).toEqual([
      ["environment", "varied"],
      ["file", "filed"],
      ["default", "default"],
    ]);
    expect(find(given, "run.deny_unmatched")).toMatchObject({ source: "project", where: "/r/keyward.json", value: true });
  });

  it("leaves a variable out that would loosen what only narrows", () => {
    const given = places('{"run.sandbox":true}', { environment: { KEYWARD_RUN_SANDBOX: "false" } });
    expect(find(given, "run.sandbox")).toMatchObject({ source: "file", value: true });
  });

  it("says what takes a shadow off", () => {
    const given = places('{"ui.port":1}', { environment: { KEYWARD_UI_PORT: "2" } });
    expect(find(given, "ui.port")).toMatchObject({
      source: "environment",
      where: "KEYWARD_UI_PORT",
      value: 2,
      unset: "unset KEYWARD_UI_PORT",
    });
    expect(find(places("{}", { environment: { KEYWARD_UI_PORT: "2" } }), "ui.port")?.unset).toBeNull();
  });

  it("lets nothing broken hide what is sound", () => {
    const broken = places("{ nonsense", { environment: { KEYWARD_UI_PORT: "2" } });
    expect(find(broken, "ui.port")).toMatchObject({ source: "environment", value: 2 });
    expect(traceSettings(broken).warnings).toEqual([expect.stringMatching(/^ignoring unreadable .*config\.json: .*is not a JSON object$/)]);
    const wrong = places('{"ui.port":1}', { environment: { KEYWARD_UI_PORT: "many" } });
    expect(find(wrong, "ui.port")).toMatchObject({ source: "file", value: 1 });
    expect(traceSettings(wrong).warnings).toEqual([expect.stringContaining("ignoring unreadable KEYWARD_UI_PORT")]);
  });
});
