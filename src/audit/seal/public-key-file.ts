// `<audit file>.pub`: the public half of the key that signs checkpoints, as PEM, for whoever verifies an audit without the store.
// In: the audit file's path. Out: the key, or null when there is none to read. Never holds a private key.
import { type KeyObject, createPublicKey } from "node:crypto";
import { closeSync, constants, fchmodSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

export function publicKeyPath(auditPath: string): string {
  return `${auditPath}.pub`;
}

export function readPublicKey(auditPath: string): KeyObject | null {
  try {
    const key = createPublicKey(readFileSync(publicKeyPath(auditPath), "utf8"));
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}

/** Throws node's own error. */
export function writePublicKey(auditPath: string, publicKey: KeyObject): void {
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const path = publicKeyPath(auditPath);
  if (readText(path) === pem) return;
  const temporary = `${path}.new`;
  const fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0), 0o600);
  try {
    fchmodSync(fd, 0o600); // the umask can only have taken bits away
    writeSync(fd, pem);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, path);
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
