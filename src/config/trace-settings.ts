// Where each setting comes from and what that hides: flag > variable > project file > config.json > default.
// In: the places. Out: for every setting its layers, the one that counts first. A place that cannot be read is left out and said.
import type { Environment } from "./environment.ts";
import type { Paths } from "./paths.ts";
import { KeywardError } from "../core/errors.ts";
import { readStoredSettings, variableSetting } from "./settings-file.ts";
import { SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "./settings.ts";

export type SettingOrigin = "flag" | "environment" | "project" | "file" | "default";

export interface SettingLayer {
  readonly source: SettingOrigin;
  /** The flag, variable or path; null = keyward itself. */
  readonly where: string | null;
  readonly value: Settings[SettingKey];
}

export interface TracedSetting extends SettingLayer {
  readonly key: SettingKey;
  readonly shadows: readonly SettingLayer[];
  /** What brings the next layer back: `unset KEYWARD_PROFILE`; null = nothing is hidden but the default. */
  readonly unset: string | null;
}

export interface SettingPlaces {
  readonly paths: Paths;
  readonly environment: Environment;
  /** Of the command line. */
  readonly flags: Partial<Record<SettingKey, { readonly name: string; readonly value: Settings[SettingKey] }>>;
  /** Of keyward.json. */
  readonly project: { readonly path: string; readonly values: Partial<Record<SettingKey, Settings[SettingKey]>> } | null;
}

export interface Trace {
  readonly settings: readonly TracedSetting[];
  /** `ignoring unreadable …`, one each. */
  readonly warnings: readonly string[];
}

export function traceSettings(places: SettingPlaces): Trace {
  const warnings: string[] = [];
  const stored = ignoring(warnings, places.paths.config, () => readStoredSettings(places.paths)) ?? {};
  const settings = SETTING_KEYS.map((key): TracedSetting => {
    const layers = layersOf(key, places, { stored, warnings });
    const [used, ...shadows] = layers;
    const counts = used ?? { source: "default" as const, where: null, value: SETTINGS[key].fallback };
    return { key, ...counts, shadows, unset: unsetOf(key, counts, shadows) };
  });
  return { settings, warnings };
}

interface Read {
  readonly stored: Partial<Record<SettingKey, Settings[SettingKey]>>;
  readonly warnings: string[];
}

function layersOf(key: SettingKey, { paths, environment, flags, project }: SettingPlaces, { stored, warnings }: Read): SettingLayer[] {
  const { variable, fallback } = SETTINGS[key];
  const flag = flags[key];
  const wished = project?.values[key];
  const kept = stored[key];
  const layers: (SettingLayer | null)[] = [
    flag === undefined ? null : { source: "flag", where: flag.name, value: flag.value },
    variable === undefined ? null : fromVariable(key, variable, { environment, warnings }),
    wished === undefined ? null : { source: "project", where: project?.path ?? null, value: wished },
    kept === undefined ? null : { source: "file", where: paths.config, value: kept },
    { source: "default", where: null, value: fallback },
  ];
  return layers.filter((layer) => layer !== null);
}

interface Asked {
  readonly environment: Environment;
  readonly warnings: string[];
}

function fromVariable(key: SettingKey, variable: string, { environment, warnings }: Asked): SettingLayer | null {
  const value = ignoring(warnings, variable, () => variableSetting(key, environment)) ?? null;
  return value === null ? null : { source: "environment", where: variable, value };
}

function unsetOf(key: SettingKey, used: SettingLayer, shadows: readonly SettingLayer[]): string | null {
  if (!shadows.some(({ source }) => source !== "default")) return null;
  if (used.source === "environment") return `unset ${used.where ?? ""}`;
  return used.source === "file" ? `keyward config unset ${key}` : null;
}

/** Something broken above must not hide what is sound below. */
function ignoring<T>(warnings: string[], what: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error;
    warnings.push(`ignoring unreadable ${what}: ${error.message}`);
    return undefined;
  }
}
