// A setting's value as text. In: the effective setting. Out: what `config set` would take back; or the same to be looked at, without the password
// that the URL of a proxy may hold: lists are pasted into reports and logs.
import type { EffectiveSetting } from "../../config/settings-file.ts";

export function settingText(value: EffectiveSetting["value"]): string {
  if (value === null) return "";
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** To the last @ of the authority: of two, the first belongs to the password (WHATWG URL). */
export function shownSetting(value: EffectiveSetting["value"]): EffectiveSetting["value"] {
  return typeof value === "string" ? value.replace(/^(https?:\/\/[^/?#:]*):[^/?#]*@/i, "$1:***@") : value;
}

export function shownText(value: EffectiveSetting["value"]): string {
  return settingText(shownSetting(value));
}
