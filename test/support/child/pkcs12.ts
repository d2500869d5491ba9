// Trust stores as others make them, with openssl. In: certificates, a password. Out: the bytes of a PKCS#12 file without a private key.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directory = (): string => mkdtempSync(join(tmpdir(), "keyward-p12-"));

export function makePkcs12(certificates: readonly string[], password: string): Buffer {
  const place = directory();
  writeFileSync(join(place, "certs.pem"), certificates.join("\n"));
  const args = ["pkcs12", "-export", "-nokeys", "-in", "certs.pem", "-out", "store.p12", "-passout", `pass:${password}`];
  execFileSync("openssl", args, { cwd: place, stdio: "pipe" });
  return readFileSync(join(place, "store.p12"));
}

/** A certificate authority of its own with a key of that kind. */
export function pem(kind: "RSA" | "EC"): string {
  const key = kind === "RSA" ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const args = ["req", "-x509", "-newkey", ...key, "-nodes", "-keyout", "key.pem", "-subj", `/CN=${kind}`, "-days", "30"];
  return execFileSync("openssl", args, { cwd: directory(), stdio: "pipe" }).toString();
}
