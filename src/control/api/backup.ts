// The part of the daemon's API that carries backups of a profile. A backup may be larger than a message, so it goes in parts; what
// crosses is the encrypted file and nothing else. A transfer ends with its control connection.
import type { ProcessIdentity } from "../../core/run.ts";
import type { ProfileInfo, ProfileParams } from "../protocol.ts";
import type { LeftHub } from "./hub.ts";

export interface BackupMethods {
  /** Seals the profile under the passphrase. Refused inside a run: whoever has the passphrase has every key. */
  "backup.make": {
    params: ProfileParams & { passphrase: string; asker: ProcessIdentity };
    result: { profile: string; transferId: string; bytes: number };
  };
  /** `data` in base64; `nextByte` null = that was all. */
  "backup.read": { params: { transferId: string; fromByte: number }; result: { data: string; nextByte: number | null } };
  /** Takes the next part of a file; null begins one. */
  "backup.offer": { params: { transferId: string | null; data: string }; result: { transferId: string } };
  "backup.restore": { params: ProfileParams & RestoreParams; result: RestoredProfile };
}

/** The profile restored into is the one named, null = the one the backup was made of. */
export interface RestoreParams {
  readonly transferId: string;
  readonly backupPassphrase: string;
  /** null: for a new profile the best that works, for one that is replaced as it was. */
  readonly custody: "keychain" | "passphrase" | "file" | null;
  /** Of the profile, for custody "passphrase". */
  readonly passphrase: string | null;
  /** Take the place of a profile that is there. */
  readonly replace: boolean;
}

export interface RestoredProfile extends ProfileInfo {
  readonly madeAtMs: number;
  readonly connections: number;
  /** Connections whose tokens may have been renewed, and so used up, since the backup was made. */
  readonly renewable: number;
  readonly replaced: boolean;
  /** What was replaced was logged in there; a backup holds no login. */
  readonly leftHub: LeftHub | null;
}

/** Of a part before base64: its line stays well under the limit of a message. */
export const BACKUP_PART_BYTES = 1024 * 1024;
/** A profile of ten thousand connections is a tenth of it. */
export const MAX_BACKUP_BYTES = 64 * 1024 * 1024;
