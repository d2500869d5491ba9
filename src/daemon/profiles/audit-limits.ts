// When a profile's audit begins a new file, by the settings as they are now. In: where the settings are. Out: bytes and milliseconds.
// A settings file that cannot be read must not stop the audit: the limits are then those without one.
import type { RotationLimits } from "../../audit/chain-writer.ts";
import type { Paths } from "../../config/paths.ts";
import { SETTINGS, type Settings } from "../../config/settings.ts";
import { loadSettings } from "../../config/settings-file.ts";

const DAY_MS = 86_400_000;

export function auditLimits(paths: Paths): RotationLimits {
  const { maxBytes, maxAgeDays } = read(paths);
  return { maxBytes, maxAgeMs: maxAgeDays * DAY_MS };
}

function read(paths: Paths): { readonly maxBytes: number; readonly maxAgeDays: number } {
  try {
    const settings: Settings = loadSettings(paths);
    return { maxBytes: settings["audit.max_bytes"], maxAgeDays: settings["audit.max_age_days"] };
  } catch {
    return { maxBytes: Number(SETTINGS["audit.max_bytes"].fallback), maxAgeDays: Number(SETTINGS["audit.max_age_days"].fallback) };
  }
}
