// A setting's value as text and as --json. In: the effective setting. Out: what `config set` would take back.
import type { EffectiveSetting } from "../../config/settings-file.ts";
import { SETTINGS } from "../../config/settings.ts";

export function settingText(value: EffectiveSetting["value"]): string {
  if (value === null) return "";
  return Array.isArray(value) ? value.join(",") : String(value);
}

export function settingObject({ key, value, source }: EffectiveSetting): Record<string, unknown> {
  return { key, value, source, meaning: SETTINGS[key].doc };
}
