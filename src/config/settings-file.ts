// Reads and writes config.json: the stored half of the settings. Written whole (temporary file, rename), never half.
// In: Paths and the environment. Out: effective values with the source of each. Precedence: variable > file > default.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { KeywardError, systemCode } from "../core/errors.ts";
import { type Environment, readVariable } from "./environment.ts";
import type { Paths } from "./paths.ts";
import { checkSettingKey, isSettingValue, parseSetting, SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "./settings.ts";

export type SettingSource = "environment" | "file" | "default";
export interface EffectiveSetting {
  readonly key: SettingKey;
  readonly value: Settings[SettingKey];
  readonly source: SettingSource;
}

type Stored = Partial<Record<SettingKey, Settings[SettingKey]>>;

/** Every setting with its value and where it comes from. @throws SETTINGS_CORRUPT, SETTING_VALUE, SETTING_UNKNOWN */
export function listSettings(paths: Paths, environment: Environment = process.env): EffectiveSetting[] {
  const stored = readStored(paths);
  return SETTING_KEYS.map((key) => effective(key, stored, environment));
}

/**
 * A variable is read with the setting it is for: what is wrong with one stands in the way of nothing else.
 * @throws SETTINGS_CORRUPT, SETTING_UNKNOWN; a setting with a wrong variable, when it is looked at, SETTING_VALUE
 */
export function loadSettings(paths: Paths, environment: Environment = process.env): Settings {
  const stored = readStored(paths);
  const settings = {};
  for (const key of SETTING_KEYS) {
    Object.defineProperty(settings, key, { enumerable: true, get: () => effective(key, stored, environment).value });
  }
  return settings as Settings;
}

function effective(key: SettingKey, stored: Stored, environment: Environment): EffectiveSetting {
  const value = variableSetting(key, environment);
  if (value !== null) return { key, value, source: "environment" };
  const kept = stored[key];
  return kept === undefined ? { key, value: SETTINGS[key].fallback, source: "default" } : { key, value: kept, source: "file" };
}

/** What a setting's variable says; null = nothing. @throws SETTING_VALUE */
export function variableSetting(key: SettingKey, environment: Environment): Settings[SettingKey] {
  const { variable, onlyOn } = SETTINGS[key];
  const text = variable === undefined ? undefined : readVariable(variable, environment);
  const value = text === undefined ? null : parseSetting(key, text, variable);
  return onlyOn === true && value !== true ? null : value;
}

export function storeSetting(paths: Paths, key: SettingKey, value: Settings[SettingKey]): void {
  writeStored(paths, { ...readStored(paths), [key]: value });
}

/** Returns whether there was anything to remove. */
export function removeSetting(paths: Paths, key: SettingKey): boolean {
  const { [key]: removed, ...rest } = readStored(paths);
  if (removed === undefined) return false;
  writeStored(paths, rest);
  return true;
}

/** What config.json says, without a variable or a default. @throws SETTINGS_CORRUPT, SETTING_UNKNOWN, HOME_UNUSABLE */
export function readStoredSettings(paths: Paths): Partial<Record<SettingKey, Settings[SettingKey]>> {
  return readStored(paths);
}

function readStored(paths: Paths): Stored {
  let text: string;
  try {
    text = readFileSync(paths.config, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return {};
    throw new KeywardError("HOME_UNUSABLE", `cannot read ${paths.config} (${systemCode(error) ?? "unknown reason"})`, {
      hint: `mend the owner and mode of ${paths.config}, or point KEYWARD_HOME at a directory of your own`,
      cause: error,
    });
  }
  const stored = parseObject(text);
  if (stored === null) throw corrupt(paths, "is not a JSON object");
  for (const [key, value] of Object.entries(stored)) {
    checkSettingKey(key);
    if (!isSettingValue(key as SettingKey, value)) throw corrupt(paths, `has a value for '${key}' that does not fit it`);
  }
  return stored;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function corrupt(paths: Paths, what: string): KeywardError {
  return new KeywardError("SETTINGS_CORRUPT", `${paths.config} ${what}`, { hint: `mend or remove ${paths.config}` });
}

function writeStored(paths: Paths, stored: Stored): void {
  const temporary = `${paths.config}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeSync(file, `${JSON.stringify(stored, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, paths.config);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${paths.config} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}
