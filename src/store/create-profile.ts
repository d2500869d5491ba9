// Makes a new profile's store. It is built whole under another name and then linked into place without overwriting, so a
// crash at any point leaves either no profile or a complete one, and two creators never share a file.
// In: the profiles directory, a name, a fresh key, perhaps a backup's content. Out: the open store. Never replaces anything that is there.
import { closeSync, linkSync, lstatSync, renameSync } from "node:fs";
import { KeywardError, systemCode } from "../core/errors.ts";
import { type ProfileContent, writeContent } from "./backup/profile-content.ts";
import { configureDatabase, openDatabase } from "./database.ts";
import { APPLICATION_ID, migrate } from "./migrations.ts";
import { confirmKey, openProfile, type ProfileOptions } from "./open-profile.ts";
import { createPrivateFile, removeFile, sweepTemporaries, syncDirectory, syncFile, temporaryName } from "./private-files.ts";
import { type ProfileFiles, profileFiles } from "./profile-files.ts";
import type { ProfileStore } from "./profile-store.ts";
import { guarded } from "./store-errors.ts";

/** File systems without hard links answer one of these. */
export const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** @throws PROFILE_EXISTS, STORE_KEY_WRONG (the profile was given another key), STORE_FULL, STORE_UNUSABLE */
export function createProfile(options: ProfileOptions & { readonly content?: ProfileContent }): ProfileStore {
  const files = profileFiles(options.directory, options.name);
  refuseExisting(files);
  confirmKey(files, options.key);
  sweepTemporaries(files.directory, files.name);
  const temporary = temporaryName(files.database);
  guarded(files.database, () => {
    try {
      buildDatabase(temporary, options);
      // A log that outlived a deleted database would be replayed into the new one.
      for (const path of [files.wal, files.shm]) removeFile(path);
      placeWithoutOverwriting(temporary, files);
      syncDirectory(files.directory);
    } finally {
      for (const path of [temporary, `${temporary}-wal`, `${temporary}-shm`]) removeFile(path);
    }
  });
  return openProfile(options);
}

/** Anything of that name counts, a dangling link too. @throws PROFILE_EXISTS */
export function refuseExisting(files: ProfileFiles): void {
  if (guarded(files.database, () => lstatSync(files.database, { throwIfNoEntry: false })) !== undefined) throw existing(files.name);
}

function existing(name: string): KeywardError {
  return new KeywardError("PROFILE_EXISTS", `profile '${name}' is already there`, { hint: `keyward profile use ${name}` });
}

/** A whole database under a temporary name, on the disk when it returns; empty, or with what a backup holds. */
export function buildDatabase(path: string, { key, content }: { readonly key: Buffer; readonly content?: ProfileContent }): void {
  // SQLite gives its log the mode of the database file, so 0600 here holds for every file it makes.
  closeSync(createPrivateFile(path));
  const db = openDatabase(path, key);
  try {
    configureDatabase(db);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    if (content !== undefined) writeContent(db, content);
    migrate(db);
  } finally {
    db.close(); // folds the log into the file
  }
  syncFile(path);
}

function placeWithoutOverwriting(temporary: string, files: ProfileFiles): void {
  try {
    linkSync(temporary, files.database);
  } catch (error) {
    const code = systemCode(error) ?? "";
    if (code === "EEXIST") throw existing(files.name);
    if (!NO_LINKS.has(code)) throw error;
    refuseExisting(files);
    renameSync(temporary, files.database);
  }
}
