// The CA files a child is pointed at: what it would have trusted anyway (the user's bundle, else the system's) plus keyward's CA.
// In: the variable a client reads, the inherited environment. Out: the path of a merged PEM in the state directory.
// Only certificate blocks are copied, never a private key that lies beside them. A merged file is kept: children may outlive us.
import { createHash } from "node:crypto";
import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import { systemCode } from "../core/errors.ts";
import { certificatesIn, readCertificateDirectory } from "./inherited/certificate-directory.ts";
import { readIfThere, replaceFile, writeOnce } from "./write-once.ts";

export interface BundleOptions {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  readonly caCertificatePath: string;
  /** Where the system keeps its roots; first existing one wins. */
  readonly systemRoots?: readonly string[];
}

/** Debian, Alpine, Arch · Fedora, RHEL · openSUSE · OpenELEC · RHEL 7 on · macOS, FreeBSD, OpenBSD (Go's own list). */
const SYSTEM_ROOTS = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
] as const;

/** More sources than anyone has; keeps the index small over years of system updates. */
const MAX_INDEX_ENTRIES = 32;

/** Where certificates come from: what identifies their present state, and the certificates. */
interface Source {
  readonly stamp: string;
  readonly read: () => readonly string[];
}

interface Problem {
  readonly problem: string;
}

/** Source's stamp → merged file's name and size. */
type Index = Record<string, { readonly name: string; readonly bytes: number }>;

export class Bundler {
  readonly #options: BundleOptions;
  readonly #caPem: string;
  readonly #caHash: string;
  readonly #indexPath: string;
  readonly #index: Index;
  /** Texts about bundles of the user's that could not be used. */
  readonly notices = new Set<string>();
  #isIndexChanged = false;

  constructor(options: BundleOptions) {
    this.#options = options;
    this.#caPem = readFileSync(options.caCertificatePath, "utf8").trim();
    this.#caHash = hash(this.#caPem);
    this.#indexPath = join(options.stateDirectory, "bundles.json");
    this.#index = readIndex(this.#indexPath);
  }

  /**
   * For a variable that replaces a client's roots: the user's file (or directory) of `variable` or `bases`, else the system's roots, and
   * the CA. Beside SSL_CERT_FILE and the system's roots the directories of SSL_CERT_DIR count, as they do for OpenSSL.
   */
  replacing(variable: string, bases: readonly string[]): string {
    const name = [variable, ...bases, "SSL_CERT_FILE"].find((candidate) => this.#inherited(candidate) !== undefined);
    const beside = name === undefined || name === "SSL_CERT_FILE" ? this.#directories() : [];
    const merged = name === undefined ? null : this.#mergeUser(name, { beside, consequence: "the system's roots are used instead" });
    return merged ?? this.#mergeSystemRoots(beside);
  }

  /** For a variable that adds to a client's roots: the user's file and the CA, or the CA alone. */
  adding(variable: string): string {
    const merged =
      this.#inherited(variable) === undefined ? null : this.#mergeUser(variable, { beside: [], consequence: "it is left out" });
    return merged ?? this.#options.caCertificatePath;
  }

  /** Remembers what was merged, so that the next run reads and hashes nothing. */
  saveIndex(): void {
    if (!this.#isIndexChanged) return;
    const newest = Object.entries(this.#index).slice(-MAX_INDEX_ENTRIES);
    replaceFile(this.#indexPath, JSON.stringify(Object.fromEntries(newest)));
    this.#isIndexChanged = false;
  }

  #inherited(name: string): string | undefined {
    const value = this.#options.inherited[name];
    return value === "" ? undefined : value;
  }

  #mergeUser(
    variable: string,
    { beside, consequence }: { readonly beside: readonly Source[]; readonly consequence: string },
  ): string | null {
    const path = resolve(this.#inherited(variable) ?? "");
    const merged = this.#mergeAt(path, beside);
    if (typeof merged === "string") return merged;
    this.notices.add(`${variable} names ${path}, which ${merged.problem}; ${consequence}`);
    return null;
  }

  #mergeSystemRoots(beside: readonly Source[]): string {
    for (const path of this.#options.systemRoots ?? SYSTEM_ROOTS) {
      const merged = this.#mergeAt(path, beside);
      if (typeof merged === "string") return merged;
    }
    return this.#mergeNodeRoots(beside);
  }

  /** Windows, or a bare container: the roots Node brings. node:tls is loaded only here, it costs 10 ms. */
  #mergeNodeRoots(beside: readonly Source[]): string {
    const load = createRequire(import.meta.url);
    const read = (): readonly string[] => (load("node:tls") as { rootCertificates: readonly string[] }).rootCertificates;
    return this.#merge({ stamp: `node ${process.version}`, read }, beside) ?? this.#options.caCertificatePath;
  }

  /** Directories that are not there count for nothing, as for OpenSSL. */
  #directories(): Source[] {
    const paths = (this.#inherited("SSL_CERT_DIR") ?? "").split(delimiter).filter((path) => path !== "");
    return paths.flatMap((path) => readCertificateDirectory(resolve(path)) ?? []);
  }

  #mergeAt(path: string, beside: readonly Source[]): string | Problem {
    try {
      const stat = statSync(path, { bigint: true });
      const directory = stat.isDirectory() ? readCertificateDirectory(path) : null;
      if (directory === null && !stat.isFile()) return { problem: "is not a file" };
      const file: Source = { stamp: stampOf(path, stat), read: () => certificatesIn(readFileSync(path, "utf8")) };
      return this.#merge(directory ?? file, beside) ?? { problem: "holds no PEM certificate" };
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined || !["ENOENT", "EACCES", "ENOTDIR", "ELOOP", "EPERM", "EISDIR", "ENAMETOOLONG", "EIO"].includes(code))
        throw error;
      return { problem: code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be read (${code})` };
    }
  }

  /** null: the source holds no certificate. */
  #merge(source: Source, beside: readonly Source[]): string | null {
    const stamp = hash([this.#caHash, source.stamp, ...beside.map((other) => other.stamp)].join("\0"));
    const known = this.#known(stamp);
    if (known !== null) return known;
    const own = source.read();
    return own.length === 0 ? null : this.#write(stamp, [...own, ...beside.flatMap((other) => other.read())]);
  }

  #known(stamp: string): string | null {
    const entry = Object.hasOwn(this.#index, stamp) ? this.#index[stamp] : undefined;
    if (entry === undefined) return null;
    const path = join(this.#options.stateDirectory, entry.name);
    return statSync(path, { throwIfNoEntry: false })?.size === entry.bytes ? path : null;
  }

  #write(stamp: string, certificates: readonly string[]): string {
    const distinct = new Map([...certificates, this.#caPem].map((pem) => [pem.replace(/\s/g, ""), pem]));
    const content = `${[...distinct.values()].join("\n")}\n`;
    const name = `bundle-${hash(content)}.pem`;
    const path = join(this.#options.stateDirectory, name);
    writeOnce(path, content);
    this.#index[stamp] = { name, bytes: Buffer.byteLength(content) };
    this.#isIndexChanged = true;
    return path;
  }
}

function stampOf(path: string, stat: BigIntStats): string {
  return [path, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join("\0");
}

/** The index is a cache: anything odd in it counts as empty. */
function readIndex(path: string): Index {
  try {
    const value = JSON.parse(readIfThere(path) ?? "{}") as Record<string, { name?: unknown; bytes?: unknown } | null>;
    const entries = Object.entries(value).filter(
      ([, entry]) => /^bundle-[0-9a-f]{32}\.pem$/.test(String(entry?.name)) && typeof entry?.bytes === "number",
    );
    return Object.fromEntries(entries) as Index;
  } catch {
    return {};
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
