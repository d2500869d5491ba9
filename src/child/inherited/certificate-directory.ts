// A directory of CA certificates, as SSL_CERT_DIR and REQUESTS_CA_BUNDLE may name one: every file in it, as OpenSSL's hashed links.
// In: its path. Out: its present state in one word, and the certificates when they are asked for. What cannot be read is left out;
// only certificate blocks are taken, never a private key that lies beside them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const CERTIFICATE = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[\s\S]+?-----END \1-----/g;
/** A system's has 300; a mistyped path must not cost a second. */
const MAX_FILES = 2_000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export interface CertificateDirectory {
  readonly stamp: string;
  readonly read: () => readonly string[];
}

/** null: it is no directory, or cannot be listed. */
export function readCertificateDirectory(path: string): CertificateDirectory | null {
  try {
    const files = readdirSync(path)
      .sort()
      .slice(0, MAX_FILES)
      .map((name) => join(path, name))
      .flatMap((file) => describe(file));
    const stamp = [path, ...files.map((file) => file.stamp)].join("\0");
    return { stamp, read: () => files.flatMap((file) => readCertificates(file.path)) };
  } catch {
    return null;
  }
}

/** The certificate blocks of a PEM text. */
export function certificatesIn(pem: string): readonly string[] {
  return pem.match(CERTIFICATE) ?? [];
}

function describe(path: string): { readonly path: string; readonly stamp: string }[] {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat?.isFile() !== true || stat.size > MAX_FILE_BYTES) return [];
  return [{ path, stamp: `${stat.ino} ${stat.size} ${stat.mtimeNs}` }];
}

function readCertificates(path: string): readonly string[] {
  try {
    return certificatesIn(readFileSync(path, "utf8"));
  } catch {
    return [];
  }
}
