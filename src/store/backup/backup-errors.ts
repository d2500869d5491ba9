// What can be wrong with a backup, each with a code of its own. In: nothing. Out: errors to throw. They name no file: the daemon,
// which reads the bytes, does not know where they came from.
import { KeywardError } from "../../core/errors.ts";

export function foreignBackup(): KeywardError {
  return new KeywardError("BACKUP_FOREIGN", "this is not a backup of a keyward profile", {
    hint: "name a file that keyward profile backup wrote",
  });
}

export function newerBackup(): KeywardError {
  return new KeywardError("BACKUP_NEWER", "the backup was written by a newer keyward", { hint: "upgrade keyward, then try again" });
}

export function corruptBackup(): KeywardError {
  return new KeywardError("BACKUP_CORRUPT", "the backup is damaged or not complete, nothing was restored", {
    hint: "use another copy of the file",
  });
}

export function wrongBackupPassphrase(): KeywardError {
  return new KeywardError("BACKUP_KEY_WRONG", "the passphrase does not open the backup", {
    hint: "use the passphrase that was chosen when the backup was made",
  });
}
