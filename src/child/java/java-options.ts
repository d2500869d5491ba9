// What a JVM is told: the options of JAVA_TOOL_OPTIONS that certs/trust cannot say as plain text.
// In: the inherited options, the bundle with the roots and the CA, NO_PROXY. Out: a trust store's path, nonProxyHosts, notices.
// JVMs read no proxy variable and no PEM file, so both go through system properties; the user's own trust store is taken in.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { systemCode } from "../../core/errors.ts";
import { certificatesIn } from "../inherited/certificate-directory.ts";
import { readKeyStore, writeKeyStore } from "./key-store.ts";
import { readPkcs12 } from "./pkcs12.ts";
import { writeOnce } from "../write-once.ts";

/** Far over any trust store; a mistyped path must not fill the memory. */
const MAX_STORE_BYTES = 32 * 1024 * 1024;

export interface TrustStore {
  readonly path: string;
  readonly notices: readonly string[];
}

export interface TrustStoreOptions {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  /** PEM file that ends with the CA, named by its content. */
  readonly bundlePath: string;
}

/** A JKS with everything of the bundle and of the user's own store; named by its content, so that it is written once. @throws HOME_UNUSABLE */
export function writeTrustStore({ inherited, stateDirectory, bundlePath }: TrustStoreOptions): TrustStore {
  const options = inherited["JAVA_TOOL_OPTIONS"] ?? "";
  const named = readProperty(options, "javax.net.ssl.trustStore");
  const password = readProperty(options, "javax.net.ssl.trustStorePassword");
  const own = named === null || resolve(named).startsWith(join(stateDirectory, "/")) ? null : readUserStore(named, password);
  const ownPem = own?.certificates ?? [];
  const tag = createHash("sha256")
    .update([basename(bundlePath), ...ownPem].join("\0"))
    .digest("hex")
    .slice(0, 32);
  const path = join(stateDirectory, `truststore-${tag}.jks`);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    writeOnce(path, writeKeyStore([...new Set([...ownPem, ...certificatesIn(readFileSync(bundlePath, "utf8"))])]));
  }
  return { path, notices: [...(own?.notices ?? []), ...overridden(inherited)] };
}

/** @param password of a PKCS#12 file; a JVM itself finds nothing in one without it */
function readUserStore(
  named: string,
  password: string | null,
): { readonly certificates: readonly string[]; readonly notices: readonly string[] } {
  const path = resolve(named);
  const lost = (why: string): { certificates: []; notices: string[] } => ({
    certificates: [],
    notices: [`JAVA_TOOL_OPTIONS names the trust store ${path}, which ${why}; a JVM trusts the system's roots and keyward's CA instead`],
  });
  try {
    if (statSync(path).size > MAX_STORE_BYTES) return lost("is too large");
    const bytes = readFileSync(path);
    const certificates = readKeyStore(bytes) ?? readPkcs12(bytes, password ?? "");
    if (certificates !== null && certificates.length > 0) return { certificates, notices: [] };
    const way = password === null ? "name its password with -Djavax.net.ssl.trustStorePassword" : "is the password right?";
    return lost(`is neither a JKS nor a PKCS#12 file of certificates that can be read (${way})`);
  } catch (error) {
    return lost(`cannot be read (${systemCode(error) ?? "unknown reason"})`);
  }
}

/** Both are read after JAVA_TOOL_OPTIONS and win over it. */
function overridden(inherited: TrustStoreOptions["inherited"]): string[] {
  return ["JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"].flatMap((name) => {
    const set = ["https.proxyHost", "javax.net.ssl.trustStore"].filter(
      (property) => readProperty(inherited[name] ?? "", property) !== null,
    );
    return set.length === 0 ? [] : [`${name} sets ${set.join(" and ")}, which wins over keyward: JVMs will not reach it`];
  });
}

/** The last `-Dname=value`, which is the one that counts; quotes as the JVM reads them. */
function readProperty(options: string, name: string): string | null {
  const words = options.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const value = words.map((word) => word.replace(/["']/g, "")).findLast((word) => word.startsWith(`-D${name}=`));
  return value === undefined ? null : value.slice(name.length + 3);
}

/** NO_PROXY → http.nonProxyHosts: names and `*` at either end, between bars. What Java cannot say (ranges, ports) is left out. */
export function nonProxyHosts(noProxy: string): string {
  const entries = noProxy.split(",").flatMap((entry) => {
    if (entry === "localhost" || entry === "127.0.0.1" || entry === "::1" || entry.includes("/")) return [];
    if (/^\*?\./.test(entry)) return [entry.replace(/^\*?\./, "*.")];
    if (/^[\w-]+(?:\.[\w-]+)*$/.test(entry)) return /^[\d.]+$/.test(entry) ? [entry] : [entry, `*.${entry}`];
    return entry === "*" ? ["*"] : [];
  });
  return ["localhost", "127.*", "[::1]", ...entries.filter((entry) => /^[\w.*-]+$/.test(entry))].join("|");
}

/** A value as it stands in JAVA_TOOL_OPTIONS, where blanks split and quotes join. */
export function quoteForJava(value: string): string {
  if (!/[\s"']/.test(value)) return value;
  return value.includes('"') ? `'${value.replace(/'/g, `'"'"'`)}'` : `"${value}"`;
}
