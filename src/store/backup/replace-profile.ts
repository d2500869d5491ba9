// Puts a backup in the place of an existing profile. The key stays, so there is one instant at which the old store becomes the new
// one, whatever happens. In: a closed profile's directory, name and key, the content. Out: the open store. The store that was there is
// kept as `<name>.db.before-restore`, under the same key.
import { copyFileSync, existsSync, linkSync, renameSync } from "node:fs";
import { systemCode } from "../../core/errors.ts";
import { buildDatabase, NO_LINKS } from "../create-profile.ts";
import { confirmKey, openProfile, type ProfileOptions } from "../open-profile.ts";
import { removeFile, sweepTemporaries, syncDirectory, syncFile, temporaryName } from "../private-files.ts";
import { type ProfileFiles, profileFiles } from "../profile-files.ts";
import type { ProfileStore } from "../profile-store.ts";
import { guarded } from "../store-errors.ts";
import type { ProfileContent } from "./profile-content.ts";

/** @throws STORE_KEY_WRONG, BACKUP_CORRUPT, STORE_FULL, STORE_UNUSABLE */
export function replaceProfile(options: ProfileOptions, content: ProfileContent): ProfileStore {
  const files = profileFiles(options.directory, options.name);
  confirmKey(files, options.key);
  sweepTemporaries(files.directory, files.name);
  const temporary = temporaryName(files.database);
  guarded(files.database, () => {
    try {
      buildDatabase(temporary, { key: options.key, content });
      foldLog(options);
      keepOld(files);
      // The old log must be gone before the new database has its name, or it would be replayed into it.
      for (const path of [files.wal, files.shm]) removeFile(path);
      syncDirectory(files.directory);
      renameSync(temporary, files.database);
      syncDirectory(files.directory);
    } finally {
      for (const path of [temporary, `${temporary}-wal`, `${temporary}-shm`]) removeFile(path);
    }
  });
  return openProfile(options);
}

/** Closing folds the log in. A store too damaged to open is kept as it is, log and all. */
function foldLog(options: ProfileOptions): void {
  try {
    openProfile(options).close();
  } catch {
    // What is wrong with it is why it is being replaced.
  }
}

function keepOld(files: ProfileFiles): void {
  const kept = `${files.database}.before-restore`;
  for (const suffix of ["-wal", ""]) {
    removeFile(`${kept}${suffix}`);
    if (existsSync(`${files.database}${suffix}`)) linkOrCopy(`${files.database}${suffix}`, `${kept}${suffix}`);
  }
  syncDirectory(files.directory);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.has(systemCode(error) ?? "")) throw error;
    copyFileSync(from, to);
    syncFile(to);
  }
}
