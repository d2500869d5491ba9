// Removes everything a profile keeps: database, key, descriptor, keychain item, audit.
// In: directory, name, whether the keychain may be asked. Out: nothing. The store must be closed.
// The database goes first: a deletion cut short leaves no profile, and a second try clears the rest.
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type Descriptor, readDescriptor } from "./custody/descriptor.ts";
import { discardKey } from "./custody/keep-key.ts";
import type { Keychain } from "./custody/keychain.ts";
import { unknownProfile } from "./open-profile.ts";
import { removeFile, sweepTemporaries, syncDirectory } from "./private-files.ts";
import { type ProfileFiles, profileFiles } from "./profile-files.ts";
import { guarded } from "./store-errors.ts";

/** @throws PROFILE_UNKNOWN, STORE_UNUSABLE, CUSTODY_FAILED when the keychain keeps its item (the files are gone by then) */
export async function deleteProfile(directory: string, name: string, keychain: boolean | Keychain = true): Promise<void> {
  const files = profileFiles(directory, name);
  if (!existsSync(directory)) throw unknownProfile(name);
  const descriptor = readableDescriptor(files);
  guarded(directory, () => {
    const removed = filesOf(files).filter((path) => removeFile(path));
    if (removed.length === 0) throw unknownProfile(name);
    sweepTemporaries(directory, name);
    syncDirectory(directory);
  });
  if (descriptor?.custody === "keychain") await discardKey(files, descriptor, keychain);
}

function filesOf(files: ProfileFiles): string[] {
  const copyPrefix = `${basename(files.database)}.before-`;
  const auditPrefix = `${basename(files.audit)}.`;
  const isOlderAudit = (entry: string): boolean =>
    entry.startsWith(auditPrefix) && /^(?:\d{6,}|new)$/.test(entry.slice(auditPrefix.length));
  const copies = readdirSync(files.directory).filter((entry) => entry.startsWith(copyPrefix) || isOlderAudit(entry));
  const { database, wal, shm, key, descriptor, audit, auditHead, auditPublicKey } = files;
  const known = [database, wal, shm, key, descriptor, audit, auditHead, auditPublicKey];
  return [...known, ...copies.map((entry) => join(files.directory, entry))];
}

/** A descriptor too damaged to read must not stop its own deletion. */
function readableDescriptor(files: ProfileFiles): Descriptor | null {
  try {
    return readDescriptor(files);
  } catch {
    return null;
  }
}
