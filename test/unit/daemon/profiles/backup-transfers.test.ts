import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { BACKUP_PART_BYTES, MAX_BACKUP_BYTES } from "../../../../src/control/api/backup.ts";
import type { Session } from "../../../../src/control/server.ts";
import { BackupTransfers } from "../../../../src/daemon/profiles/backup-transfers.ts";
import { codeOf } from "../../store/temp-profile.ts";

function session(id: number): Session & { end(): void } {
  const endings: (() => void)[] = [];
  return { id, onClosed: (action) => void endings.push(action), end: () => endings.forEach((action) => action()) };
}

describe("a transfer of a backup", () => {
  it("gives in parts what it was given in parts, once", () => {
    const transfers = new BackupTransfers();
    const owner = session(1);
    const id = transfers.begin(owner);
    const whole = randomBytes(BACKUP_PART_BYTES * 2 + 5);
    transfers.append(id, whole.subarray(0, 7), owner);
    transfers.append(id, whole.subarray(7), owner);
    const parts: Buffer[] = [];
    for (let from: number | null = 0; from !== null;) {
      const part: { data: string; nextByte: number | null } = transfers.read(id, from, owner);
      parts.push(Buffer.from(part.data, "base64"));
      from = part.nextByte;
    }
    expect(parts).toHaveLength(3);
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    expect(codeOf(() => transfers.read(id, 0, owner))).toBe("USAGE");
  });

  it("belongs to its connection and ends with it", () => {
    const transfers = new BackupTransfers();
    const [owner, other] = [session(1), session(2)];
    const id = transfers.begin(owner);
    expect(codeOf(() => transfers.take(id, other))).toBe("USAGE");
    owner.end();
    expect(codeOf(() => transfers.take(id, owner))).toBe("USAGE");
  });

  it("is bounded in size and number", () => {
    const transfers = new BackupTransfers();
    const owner = session(1);
    const ids = [1, 2, 3, 4].map(() => transfers.begin(owner));
    expect(codeOf(() => transfers.begin(owner))).toBe("DAEMON_PROTOCOL");
    const [id = ""] = ids;
    const large = Buffer.alloc(MAX_BACKUP_BYTES);
    transfers.append(id, large, owner);
    expect(codeOf(() => transfers.append(id, Buffer.alloc(1), owner))).toBe("INPUT_UNREADABLE");
    expect(codeOf(() => transfers.begin(owner))).toBe("nothing");
  });
});
