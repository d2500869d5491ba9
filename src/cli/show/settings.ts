// A setting's value as text. In: the effective setting. Out: what `config set` would take back.
import type { EffectiveSetting } from "../../config/settings-file.ts";

export function settingText(value: EffectiveSetting["value"]): string {
  if (value === null) return "";
  return Array.isArray(value) ? value.join(",") : String(value);
}
