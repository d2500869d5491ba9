// How one run's upstream connections are made: the settings, and where they leave it open, what the run's own environment said.
// In: the settings of now and the run's network. Out: DialSettings, the same object while nothing changed. The user's roots are
// read once per run; a file that is gone or broken counts as empty. The run's CA is never trusted towards an upstream.
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { systemCode } from "../../core/errors.ts";
import type { RunNetwork } from "../../core/run.ts";
import type { DialSettings } from "../../proxy/ports.ts";
import type { DaemonLog } from "../log.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
/** Ten times a system's bundle. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** A system's directory has 300. */
const MAX_DIRECTORY_FILES = 2_000;

interface Known {
  readonly base: DialSettings;
  readonly settings: DialSettings;
}

export class RunUpstream {
  readonly #log: Pick<DaemonLog, "warn">;
  readonly #known = new WeakMap<RunNetwork, Known>();
  readonly #roots = new WeakMap<RunNetwork, readonly string[]>();

  constructor(log: Pick<DaemonLog, "warn">) {
    this.#log = log;
  }

  /** @param ownCaPem the authority the run's child trusts: it may stand in the user's bundle, and would certify anything */
  settingsFor(network: RunNetwork | null, base: DialSettings, ownCaPem: string): DialSettings {
    if (network === null) return base;
    const known = this.#known.get(network);
    if (known?.base === base) return known.settings;
    const own = this.#roots.get(network) ?? this.#readRoots(network, ownCaPem);
    this.#roots.set(network, own);
    const roots = own.length === 0 ? base.roots : [...[base.roots ?? rootCertificates].flat(), ...own];
    const settings = { ...base, proxy: base.proxy ?? network.proxy, roots };
    this.#known.set(network, { base, settings });
    return settings;
  }

  #readRoots({ caFiles }: RunNetwork, ownCaPem: string): readonly string[] {
    const shipped = new Set([...rootCertificates, ownCaPem].map(bare));
    const own = new Map<string, string>();
    for (const pem of caFiles.flatMap((path) => this.#readFile(path))) {
      const key = bare(pem);
      if (!shipped.has(key) && !own.has(key) && isCertificate(pem)) own.set(key, pem);
    }
    return [...own.values()];
  }

  /** A file, or every file of a directory (SSL_CERT_DIR). */
  #readFile(path: string): readonly string[] {
    try {
      const stat = statSync(path);
      if (stat.isDirectory()) {
        const names = readdirSync(path).sort().slice(0, MAX_DIRECTORY_FILES);
        return names.map((name) => join(path, name)).flatMap((file) => (isSmallFile(file) ? this.#readFile(file) : []));
      }
      return stat.size > MAX_FILE_BYTES ? [] : (readFileSync(path, "latin1").match(CERTIFICATE) ?? []);
    } catch (error) {
      this.#log.warn("a run's CA file cannot be read", { code: systemCode(error) ?? "unknown" });
      return [];
    }
  }
}

function isSmallFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= MAX_FILE_BYTES;
}

function bare(pem: string): string {
  return pem.replace(/\s/g, "");
}

/** One that cannot be parsed would spoil the whole list. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== null;
  } catch {
    return false;
  }
}
