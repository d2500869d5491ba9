// The profile's certificate authority: made with the profile, renewed when it nears its end, its certificate a file for children.
// In: the store. Out: a usable authority and the path of its certificate. The private key stays in the store and in memory.
import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, isAuthorityUsable } from "../../certs/authority.ts";
import type { Paths } from "../../config/paths.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";
import type { ProfileStore, StoredAuthority } from "../../store/profile-store.ts";

export function certificatePath(paths: Paths, profile: string): string {
  return join(paths.state, `ca-${profile}.pem`);
}

/** The stored authority, or a new one where there is none or it is about to expire. */
export function ensureAuthority(store: ProfileStore, nowMs: number): StoredAuthority {
  const stored = store.readAuthority();
  if (stored !== null && isAuthorityUsable(stored, nowMs)) return stored;
  const made = createAuthority(nowMs);
  store.writeAuthority(made);
  return made;
}

/** Puts the certificate where children read it, unless it is there. @throws HOME_UNUSABLE */
export function writeCertificate(path: string, authority: StoredAuthority): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    if (readOrNull(path) === authority.certificatePem) return;
    rmSync(temporary, { force: true });
    const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeSync(file, authority.certificatePem);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${path} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
