// A small file that tells the next daemon, before any profile is open, which profiles had live runs and on which port.
// In: a path. Out: names and a port; nothing secret. A missing or damaged marker means: nothing to take over.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { NAME_PATTERN } from "../../core/names.ts";

export interface RunsMarker {
  readonly proxyPort: number;
  readonly profiles: readonly string[];
}

export function readRunsMarker(path: string): RunsMarker | null {
  try {
    const { proxyPort, profiles } = JSON.parse(readFileSync(path, "utf8")) as Partial<RunsMarker>;
    const isPort = Number.isInteger(proxyPort) && Number(proxyPort) > 0 && Number(proxyPort) < 65_536;
    if (!isPort || !Array.isArray(profiles)) return null;
    const names = profiles.filter((name): name is string => typeof name === "string" && NAME_PATTERN.test(name));
    return names.length === 0 ? null : { proxyPort: Number(proxyPort), profiles: names };
  } catch {
    return null;
  }
}

/** Without profiles there is no marker. */
export function writeRunsMarker(path: string, marker: RunsMarker): void {
  if (marker.profiles.length === 0) return rmSync(path, { force: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(marker), { mode: 0o600 });
  renameSync(temporary, path);
}
