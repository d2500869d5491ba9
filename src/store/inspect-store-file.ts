// Looks at a database file before SQLite may touch it: is it ours, whole, and does the key fit?
// In: its paths, the key, whether the key is known to be the profile's. Out: nothing, or the error that says which of these failed.
// Only ever reads, so every refusal leaves the files as they were.
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { isAuthenticPage, PAGE_BYTES, pageMacKey, readStoreHeader, SALT_BYTES, type StoreHeader, storeSalt } from "./cipher-pages.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./migrations.ts";
import type { ProfileFiles } from "./profile-files.ts";
import { corruptStore, emptyStore, foreignStore, guarded, newerStore, truncatedStore, wrongKey } from "./store-errors.ts";

const PLAIN_SQLITE = "SQLite format 3\0";

/** Two unrelated salts differ in 64 of 128 bits, give or take 6; fewer than this means one was damaged into the other. */
const SAME_SALT_MAX_BITS = 32;

export interface Inspection {
  readonly key: Buffer;
  /** The descriptor's verifier has confirmed the key, so an unreadable file cannot be the key's fault. */
  readonly isKeyConfirmed: boolean;
}

/** @throws STORE_EMPTY, STORE_FOREIGN, STORE_TRUNCATED, STORE_CORRUPT, STORE_KEY_WRONG, STORE_NEWER */
export function inspectStoreFile(files: ProfileFiles, { key, isKeyConfirmed }: Inspection): void {
  const path = files.database;
  guarded(path, () => {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const start = readPage(fd, 1);
      if (start.length === 0) throw emptyStore(path);
      if (start.toString("latin1", 0, SALT_BYTES) === PLAIN_SQLITE) throw foreignStore(path);
      if (!start.subarray(0, SALT_BYTES).equals(storeSalt(key))) throw explainStrangeSalt(fd, path, { key, isKeyConfirmed });
      // With frames in the write-ahead log the file may be half-way through a checkpoint; SQLite then judges both together.
      if (!hasWalFrames(files)) checkHeader(path, verifyPages(fd, path, key));
    } finally {
      closeSync(fd);
    }
  });
}

/** True when SQLite has committed pages to read from the log, as after a crash. */
export function hasWalFrames(files: ProfileFiles): boolean {
  return (lstatSync(files.wal, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** @throws STORE_FOREIGN, STORE_NEWER */
export function checkHeader(path: string, header: Pick<StoreHeader, "applicationId" | "userVersion">): void {
  if (header.applicationId !== APPLICATION_ID || header.userVersion < 1) throw foreignStore(path);
  if (header.userVersion > SCHEMA_VERSION) throw newerStore(path);
}

function verifyPages(fd: number, path: string, key: Buffer): StoreHeader {
  const sizeBytes = fstatSync(fd).size;
  const pages = sizeBytes / PAGE_BYTES;
  const macKey = pageMacKey(key);
  if (pages < 1) throw truncatedStore(path);
  const first = readPage(fd, 1);
  if (!isAuthenticPage(first, 1, macKey)) throw corruptStore(path);
  const header = readStoreHeader(first, key);
  if (header.pageCount > pages) throw truncatedStore(path);
  if (!Number.isInteger(pages)) throw corruptStore(path);
  for (let number = 2; number <= pages; number++) {
    const page = readPage(fd, number);
    // A page SQLite allocated and freed again without writing is a hole of zeros. If anything points to it, SQLite's own check tells.
    if (!isAuthenticPage(page, number, macKey) && page.some((byte) => byte !== 0)) throw corruptStore(path);
  }
  return header;
}

/** The file does not begin as the key says it must: it is damaged, another key's, or nothing of ours. */
function explainStrangeSalt(fd: number, path: string, { key, isKeyConfirmed }: Inspection): Error {
  const start = readPage(fd, 1);
  if (isNearSalt(start, storeSalt(key))) return start.length < SALT_BYTES ? truncatedStore(path) : corruptStore(path);
  if (hasAuthenticPage(fd, key)) return corruptStore(path);
  return isKeyConfirmed ? foreignStore(path) : wrongKey(path);
}

function isNearSalt(start: Buffer, salt: Buffer): boolean {
  const length = Math.min(start.length, SALT_BYTES);
  let bits = 0;
  for (let i = 0; i < length; i++) for (let rest = (start[i] ?? 0) ^ (salt[i] ?? 0); rest > 0; rest &= rest - 1) bits++;
  return length === SALT_BYTES ? bits <= SAME_SALT_MAX_BITS : bits === 0;
}

function hasAuthenticPage(fd: number, key: Buffer): boolean {
  const macKey = pageMacKey(key);
  const pages = Math.floor(fstatSync(fd).size / PAGE_BYTES);
  for (let number = 1; number <= pages; number++) if (isAuthenticPage(readPage(fd, number), number, macKey)) return true;
  return false;
}

/** Shorter than a page at the end of the file. */
function readPage(fd: number, pageNumber: number): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  return page.subarray(0, readSync(fd, page, 0, PAGE_BYTES, (pageNumber - 1) * PAGE_BYTES));
}
