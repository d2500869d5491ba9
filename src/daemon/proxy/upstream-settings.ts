// How the proxy dials, from the settings, read anew so that `config set` counts at once; the files are read again only when changed.
// In: Paths. Out: DialSettings. A damaged config.json keeps what was read last, so that running children go on.
import { readFileSync, statSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { Paths } from "../../config/paths.ts";
import { loadSettings } from "../../config/settings-file.ts";
import { KeywardError, systemCode, toKeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { DialSettings } from "../../proxy/ports.ts";
import type { DaemonLog } from "../log.ts";

const DEFAULTS: DialSettings = { allow: [], resolve: [], proxy: null, roots: undefined };

export class UpstreamSettings {
  readonly #paths: Paths;
  readonly #log: DaemonLog;
  #signature = "";
  #settings: DialSettings = DEFAULTS;

  constructor(paths: Paths, log: DaemonLog) {
    this.#paths = paths;
    this.#log = log;
  }

  /** @throws UPSTREAM_TLS when `upstream.ca_file` cannot be read: less trust than asked for is safe, but would look like a bad upstream */
  current(): DialSettings {
    const signature = signatureOf(this.#paths.config);
    if (signature === this.#signature && this.#caSignature === this.#readCaSignature()) return this.#settings;
    try {
      const settings = loadSettings(this.#paths);
      this.#caFile = settings["upstream.ca_file"];
      const proxy = settings["upstream.proxy"];
      this.#settings = {
        allow: settings["network.allow"],
        resolve: settings["upstream.resolve"],
        proxy: proxy === null ? null : { url: new Secret(proxy), source: "upstream.proxy", noProxy: [] },
        roots: readRoots(this.#caFile),
      };
      this.#signature = signature;
      this.#caSignature = this.#readCaSignature();
    } catch (error) {
      const known = toKeywardError(error);
      this.#log.warn("settings not usable", { code: known.code });
      if (known.code === "UPSTREAM_TLS") throw known;
    }
    return this.#settings;
  }

  #caFile: string | null = null;
  #caSignature = "";

  #readCaSignature(): string {
    return this.#caFile === null ? "" : signatureOf(this.#caFile);
  }
}

/** undefined = Node's own roots alone. */
function readRoots(file: string | null): DialSettings["roots"] {
  if (file === null) return undefined;
  try {
    return [...rootCertificates, readFileSync(file, "utf8")];
  } catch (error) {
    throw new KeywardError("UPSTREAM_TLS", `upstream.ca_file cannot be read (${systemCode(error) ?? "unknown reason"})`, {
      hint: "keyward config get upstream.ca_file",
      cause: error,
    });
  }
}

function signatureOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "absent" : `${stat.mtimeMs}:${stat.size}:${stat.ino}`;
}
