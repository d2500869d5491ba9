// The CA files a child is pointed at: what it would have trusted anyway (the user's bundle, else the system's) plus keyward's CA.
// In: the variable a client reads, the inherited environment. Out: the path of a merged PEM in the state directory.
// Only certificate blocks are copied, never a private key that lies beside them. A merged file is kept: children may outlive us.
import { createHash } from "node:crypto";
import { type BigIntStats, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { systemCode } from "../core/errors.ts";
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

const CERTIFICATE = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[\s\S]+?-----END \1-----/g;
/** More sources than anyone has; keeps the index small over years of system updates. */
const MAX_INDEX_ENTRIES = 32;

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

  /** For a variable that replaces a client's roots: the user's file of `variable` or `bases`, else the system's roots, and the CA. */
  replacing(variable: string, bases: readonly string[]): string {
    const name = [variable, ...bases, "SSL_CERT_FILE"].find((candidate) => this.#inherited(candidate) !== undefined);
    const merged = name === undefined ? null : this.#mergeUserFile(name, "the system's roots are used instead");
    return merged ?? this.#mergeSystemRoots();
  }

  /** For a variable that adds to a client's roots: the user's file and the CA, or the CA alone. */
  adding(variable: string): string {
    const merged = this.#inherited(variable) === undefined ? null : this.#mergeUserFile(variable, "it is left out");
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

  #mergeUserFile(variable: string, consequence: string): string | null {
    const path = resolve(this.#inherited(variable) ?? "");
    const merged = this.#mergeFile(path);
    if (typeof merged === "string") return merged;
    this.notices.add(`${variable} names ${path}, which ${merged.problem}; ${consequence}`);
    return null;
  }

  #mergeSystemRoots(): string {
    for (const path of this.#options.systemRoots ?? SYSTEM_ROOTS) {
      const merged = this.#mergeFile(path);
      if (typeof merged === "string") return merged;
    }
    return this.#mergeNodeRoots();
  }

  /** Windows, or a bare container: the roots Node brings. node:tls is loaded only here, it costs 10 ms. */
  #mergeNodeRoots(): string {
    const stamp = hash(`node ${process.version} ${this.#caHash}`);
    const load = createRequire(import.meta.url);
    const roots = (): readonly string[] => (load("node:tls") as { rootCertificates: readonly string[] }).rootCertificates;
    return this.#known(stamp) ?? this.#write(stamp, roots());
  }

  #mergeFile(path: string): string | { readonly problem: string } {
    try {
      const stat = statSync(path, { bigint: true });
      if (!stat.isFile()) return { problem: "is not a file" };
      const stamp = stampOf(path, stat, this.#caHash);
      const known = this.#known(stamp);
      if (known !== null) return known;
      const certificates = readFileSync(path, "utf8").match(CERTIFICATE);
      return certificates === null ? { problem: "holds no PEM certificate" } : this.#write(stamp, certificates);
    } catch (error) {
      const code = systemCode(error);
      if (code === undefined || !["ENOENT", "EACCES", "ENOTDIR", "ELOOP", "EPERM", "EISDIR", "ENAMETOOLONG", "EIO"].includes(code))
        throw error;
      return { problem: code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be read (${code})` };
    }
  }

  #known(stamp: string): string | null {
    const entry = Object.hasOwn(this.#index, stamp) ? this.#index[stamp] : undefined;
    if (entry === undefined) return null;
    const path = join(this.#options.stateDirectory, entry.name);
    return statSync(path, { throwIfNoEntry: false })?.size === entry.bytes ? path : null;
  }

  #write(stamp: string, certificates: readonly string[]): string {
    const has = certificates.some((certificate) => certificate.replace(/\s/g, "") === this.#caPem.replace(/\s/g, ""));
    const content = `${[...certificates, ...(has ? [] : [this.#caPem])].join("\n")}\n`;
    const name = `bundle-${hash(content)}.pem`;
    const path = join(this.#options.stateDirectory, name);
    writeOnce(path, content);
    this.#index[stamp] = { name, bytes: Buffer.byteLength(content) };
    this.#isIndexChanged = true;
    return path;
  }
}

function stampOf(path: string, stat: BigIntStats, caHash: string): string {
  return hash([path, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs, caHash].join("\0"));
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
