// Opens a backup as far as its passphrase and form go. In: the file's bytes and the passphrase. Out: what it says of itself, and the
// content for create-profile.ts or replace-profile.ts. Touches no profile.
import type { Secret } from "../../core/secret.ts";
import { openBackup } from "./backup-file.ts";
import { decodeContent, type ProfileContent } from "./profile-content.ts";

export interface OpenedBackup {
  readonly content: ProfileContent;
  readonly connections: number;
  /** Connections whose tokens are renewed: what is in the backup may have been used up since. */
  readonly renewable: number;
}

/** @throws BACKUP_FOREIGN, BACKUP_NEWER, BACKUP_CORRUPT, BACKUP_KEY_WRONG */
export async function readBackup(file: Buffer, passphrase: Secret): Promise<OpenedBackup> {
  const content = decodeContent(await openBackup(file, passphrase));
  const { connection, oauth_grant: grants } = content.tables;
  const refreshAt = grants?.columns.indexOf("refresh_token") ?? -1;
  return {
    content,
    connections: connection?.rows.length ?? 0,
    renewable: grants?.rows.filter((row) => typeof row[refreshAt] === "string").length ?? 0,
  };
}
