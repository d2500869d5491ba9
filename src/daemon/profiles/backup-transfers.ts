// Backups on their way between the daemon and a command, a part at a time. In: encrypted bytes. Out: the same.
// Each belongs to one control connection and is forgotten with it; there are never more than a few.
import { BACKUP_PART_BYTES, MAX_BACKUP_BYTES } from "../../control/api/backup.ts";
import type { Session } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { randomText } from "../../core/ids.ts";

const MAX_TRANSFERS = 4;

interface Transfer {
  readonly sessionId: number;
  readonly parts: Buffer[];
  bytes: number;
}

export class BackupTransfers {
  readonly #transfers = new Map<string, Transfer>();

  /** @throws DAEMON_PROTOCOL when too many are under way */
  begin(session: Session): string {
    if (this.#transfers.size >= MAX_TRANSFERS) {
      throw new KeywardError("DAEMON_PROTOCOL", "too many backups are being made or restored at once", { hint: "try again in a moment" });
    }
    const id = `transfer_${randomText(16)}`;
    this.#transfers.set(id, { sessionId: session.id, parts: [], bytes: 0 });
    session.onClosed(() => this.#transfers.delete(id));
    return id;
  }

  /** @throws USAGE, INPUT_UNREADABLE when it grows too large */
  append(id: string, part: Buffer, session: Session): void {
    const transfer = this.#find(id, session);
    transfer.bytes += part.length;
    if (transfer.bytes > MAX_BACKUP_BYTES) {
      this.#transfers.delete(id);
      throw new KeywardError("INPUT_UNREADABLE", `a backup is at most ${MAX_BACKUP_BYTES / 1024 / 1024} MiB`);
    }
    transfer.parts.push(part);
  }

  read(id: string, fromByte: number, session: Session): { data: string; nextByte: number | null } {
    const whole = this.#whole(id, session);
    const end = Math.min(whole.length, fromByte + BACKUP_PART_BYTES);
    if (end === whole.length) this.#transfers.delete(id);
    return { data: whole.subarray(fromByte, end).toString("base64"), nextByte: end === whole.length ? null : end };
  }

  /** All of it, once. */
  take(id: string, session: Session): Buffer {
    const whole = this.#whole(id, session);
    this.#transfers.delete(id);
    return whole;
  }

  #whole(id: string, session: Session): Buffer {
    const { parts } = this.#find(id, session);
    const whole = Buffer.concat(parts);
    parts.splice(0, parts.length, whole);
    return whole;
  }

  #find(id: string, session: Session): Transfer {
    const transfer = this.#transfers.get(id);
    if (transfer?.sessionId === session.id) return transfer;
    throw new KeywardError("USAGE", "there is no such transfer");
  }
}
