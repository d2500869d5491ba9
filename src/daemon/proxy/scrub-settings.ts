// What `scrub` says about one connection, read anew when config.json has changed, so that `config set` counts with the next request.
// In: Paths. Out: a mode, or null where nothing is said. While config.json cannot be used, what was read last counts, and
// the strictest mode where nothing ever was.
import { statSync } from "node:fs";
import type { Paths } from "../../config/paths.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { ConnectionRef } from "../../core/connection.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { ScrubMode } from "../../proxy/scrub/armed.ts";
import type { DaemonLog } from "../log.ts";

/** No command that sets it is over and the next one at work in less; a look for every request costs more than hashing its audit lines. */
const LOOK_AGAIN_MS = 10;

export class ScrubSettings {
  readonly #paths: Paths;
  readonly #log: Pick<DaemonLog, "warn">;
  /** null: never read. */
  #modes: ReadonlyMap<string, ScrubMode> | null = null;
  #signature = "";
  /** Told once that this one cannot be used, and tried again: the reason may lie elsewhere. */
  #unusable = "";
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(paths: Paths, log: Pick<DaemonLog, "warn">) {
    this.#paths = paths;
    this.#log = log;
  }

  /** The entry for the connection counts before the one for its provider, and that before the one for all. */
  modeFor({ provider, name }: ConnectionRef): ScrubMode | null {
    this.#readChanged();
    const modes = this.#modes;
    if (modes === null) return "block";
    if (modes.size === 0) return null;
    return modes.get(`${provider}/${name}`) ?? modes.get(provider) ?? modes.get("") ?? null;
  }

  #readChanged(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < LOOK_AGAIN_MS) return;
    this.#lookedAtMs = nowMs;
    const stat = statSync(this.#paths.config, { throwIfNoEntry: false });
    const signature = stat === undefined ? "absent" : `${stat.mtimeMs}:${stat.size}:${stat.ino}`;
    if (signature === this.#signature) return;
    try {
      this.#modes = new Map(loadSettings(this.#paths).scrub.map(readEntry));
      this.#signature = signature;
    } catch (error) {
      if (signature !== this.#unusable) this.#log.warn("settings not usable", { code: toKeywardError(error).code });
      this.#unusable = signature;
    }
  }
}

function readEntry(entry: string): [string, ScrubMode] {
  const equals = entry.indexOf("=");
  return [entry.slice(0, Math.max(0, equals)), entry.slice(equals + 1) as ScrubMode];
}
