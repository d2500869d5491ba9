// `<audit file>.head`: the number and hash of a record that is known to be on the disk. With it, removing the newest
// records or rewriting the whole chain shows. In: the audit file's path. Out: the head, or null when there is none to trust.
import { closeSync, constants, fchmodSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

export interface Head {
  /** 0: no record yet. */
  readonly seq: number;
  readonly hash: string;
}

export function headPath(auditPath: string): string {
  return `${auditPath}.head`;
}

/** Of two memories of one chain the one that reaches further. */
export function newerHead(one: Head | null, other: Head | null): Head | null {
  if (one === null || other === null) return one ?? other;
  return other.seq > one.seq ? other : one;
}

/** null for a missing or unreadable head: the chain then vouches for itself alone. */
export function readHead(auditPath: string): Head | null {
  try {
    const value: unknown = JSON.parse(readFileSync(headPath(auditPath), "utf8"));
    return isHead(value) ? { seq: value.seq, hash: value.hash } : null;
  } catch {
    return null;
  }
}

export function isHead(value: unknown): value is Head {
  const { seq, hash } = (value ?? {}) as Partial<Head>;
  return Number.isSafeInteger(seq) && typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash);
}

/** Call it only when the record it names is on the disk. Throws node's own error. */
export function writeHead(auditPath: string, { seq, hash }: Head): void {
  const temporary = `${headPath(auditPath)}.new`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
  const fd = openSync(temporary, flags, 0o600);
  try {
    fchmodSync(fd, 0o600); // the umask can only have taken bits away
    writeSync(fd, `${JSON.stringify({ seq, hash })}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, headPath(auditPath));
}
