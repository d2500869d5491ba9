// The file that `profile backup` writes, as bytes: a header anyone may read, then the content in encrypted chunks. docs/formats.md
// specifies it and test/vectors/backup-v1.json holds examples. In: content and a passphrase. Out: the file, or the content again.
// Every way in which a file is not what was written is an error before any of its content is used.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { deriveFromPassphrase } from "../custody/passphrase.ts";
import { corruptBackup, foreignBackup, newerBackup, wrongBackupPassphrase } from "./backup-errors.ts";

const MAGIC = Buffer.from("keyward backup\0", "latin1");
export const BACKUP_VERSION = 1;
const SCRYPT = 1;
const SALT_BYTES = 16;
const CHECK_BYTES = 32;
const SUM_BYTES = 8;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
export const CHUNK_BYTES = 64 * 1024;
/** magic, version, kdf, log2 of N, r, p */
const FIXED_BYTES = MAGIC.length + 5;
const CHECK_AT = FIXED_BYTES + SALT_BYTES;
const SUM_AT = CHECK_AT + CHECK_BYTES;
const HEADER_BYTES = SUM_AT + SUM_BYTES;
const [R, P] = [8, 1];
/** As for a profile's passphrase: less makes guessing cheap, more exhausts memory. */
const LOG_N = { written: 17, least: 15, most: 20 } as const;

export interface SealOptions {
  /** For vectors alone. */
  readonly salt?: Buffer;
  readonly logN?: number;
}

/** @throws KEY_EMPTY */
export async function sealBackup(content: Buffer, passphrase: Secret, options: SealOptions = {}): Promise<Buffer> {
  if (passphrase.length === 0) throw new KeywardError("KEY_EMPTY", "the passphrase is empty", { hint: "choose a passphrase" });
  const { salt = randomBytes(SALT_BYTES), logN = LOG_N.written } = options;
  const opening = Buffer.concat([MAGIC, Buffer.from([BACKUP_VERSION, SCRYPT, logN, R, P]), salt]);
  const keys = await deriveKeys(passphrase, { opening, logN });
  const checked = Buffer.concat([opening, keys.check]);
  return Buffer.concat([checked, sumOf(checked), ...sealChunks(content, keys.content)]);
}

/** @throws BACKUP_FOREIGN, BACKUP_NEWER, BACKUP_CORRUPT, BACKUP_KEY_WRONG */
export async function openBackup(file: Buffer, passphrase: Secret): Promise<Buffer> {
  if (file.length === 0 || !file.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, file.length))) throw foreignBackup();
  if ((file[MAGIC.length] ?? BACKUP_VERSION) > BACKUP_VERSION) throw newerBackup();
  if (file.length < HEADER_BYTES) throw corruptBackup();
  const checked = file.subarray(0, SUM_AT);
  if (!sumOf(checked).equals(file.subarray(SUM_AT, HEADER_BYTES))) throw corruptBackup();
  const [version, kdf, logN = 0, r, p] = file.subarray(MAGIC.length, FIXED_BYTES);
  const isAffordable = logN >= LOG_N.least && logN <= LOG_N.most && r === R && p === P;
  if (version !== BACKUP_VERSION || kdf !== SCRYPT || !isAffordable) throw corruptBackup();
  const keys = await deriveKeys(passphrase, { opening: file.subarray(0, CHECK_AT), logN });
  if (!timingSafeEqual(keys.check, file.subarray(CHECK_AT, SUM_AT))) throw wrongBackupPassphrase();
  return openChunks(file.subarray(HEADER_BYTES), keys.content);
}

interface Keys {
  readonly check: Buffer;
  readonly content: Buffer;
}

/** Both depend on every byte of the opening, so none of it can be exchanged. */
async function deriveKeys(passphrase: Secret, { opening, logN }: { readonly opening: Buffer; readonly logN: number }): Promise<Keys> {
  const salt = opening.subarray(FIXED_BYTES);
  const stretched = await deriveFromPassphrase(passphrase, salt, { n: 2 ** logN, r: R, p: P });
  const expand = (label: string): Buffer => Buffer.from(hkdfSync("sha256", stretched, opening, label, KEY_BYTES));
  return {
    check: createHmac("sha256", expand("keyward backup check")).update(opening).digest(),
    content: expand("keyward backup content"),
  };
}

/** Tells a damaged header from a wrong passphrase; it protects nothing. */
function sumOf(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest().subarray(0, SUM_BYTES);
}

function sealChunks(content: Buffer, key: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  const count = Math.max(1, Math.ceil(content.length / CHUNK_BYTES));
  for (let at = 0; at < count; at++) {
    const cipher = createCipheriv("chacha20-poly1305", key, nonceOf(at, at === count - 1), { authTagLength: TAG_BYTES });
    chunks.push(cipher.update(content.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES)), cipher.final(), cipher.getAuthTag());
  }
  return chunks;
}

/** The last chunk carries its mark in the nonce: cut off after a whole chunk, or followed by anything, a file fails here. */
function openChunks(sealed: Buffer, key: Buffer): Buffer {
  const whole = CHUNK_BYTES + TAG_BYTES;
  const count = Math.max(1, Math.ceil(sealed.length / whole));
  const parts: Buffer[] = [];
  for (let at = 0; at < count; at++) {
    const chunk = sealed.subarray(at * whole, (at + 1) * whole);
    // Only a backup of nothing ends in an empty chunk; otherwise one content would have two spellings.
    if (chunk.length < TAG_BYTES || (chunk.length === TAG_BYTES && at > 0)) throw corruptBackup();
    const decipher = createDecipheriv("chacha20-poly1305", key, nonceOf(at, at === count - 1), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(chunk.subarray(-TAG_BYTES));
    try {
      parts.push(decipher.update(chunk.subarray(0, -TAG_BYTES)), decipher.final());
    } catch {
      throw corruptBackup();
    }
  }
  return Buffer.concat(parts);
}

/** 11 bytes of big-endian counter and one that says whether it is the last chunk. */
function nonceOf(at: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(at, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
