// The page format of the encrypted database (SQLCipher 4, docs/formats.md), as far as keyward checks it without SQLite:
// so that a wrong key, a damaged file and a foreign file are told apart before anything could be changed.
// In: the 32-byte key and page bytes. Out: yes or no, and the header of page 1. Keeps no key.
import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

export const KEY_BYTES = 32;
export const PAGE_BYTES = 4096;
export const SALT_BYTES = 16;
const IV_BYTES = 16;
const MAC_BYTES = 64;
const RESERVED_BYTES = IV_BYTES + MAC_BYTES;
const SALT_LABEL = "keyward store salt v1";

/** What SQLite keeps in the first 100 bytes of a database (sqlite.org/fileformat2.html §1.3). */
export interface StoreHeader {
  readonly pageCount: number;
  readonly userVersion: number;
  readonly applicationId: number;
}

/** The first 16 bytes of the file. Bound to the key, so that they show at once whether the key is the right one. */
export function storeSalt(key: Buffer): Buffer {
  return createHmac("sha256", key).update(SALT_LABEL).digest().subarray(0, SALT_BYTES);
}

/** SQLCipher's key for the page MACs: PBKDF2-HMAC-SHA512, 2 rounds, over the salt with every byte XORed with 0x3a. */
export function pageMacKey(key: Buffer): Buffer {
  const macSalt = storeSalt(key).map((byte) => byte ^ 0x3a);
  return pbkdf2Sync(key, macSalt, 2, KEY_BYTES, "sha512");
}

/** @param pageNumber counted from 1, as SQLite does */
export function isAuthenticPage(page: Buffer, pageNumber: number, macKey: Buffer): boolean {
  const macAt = PAGE_BYTES - MAC_BYTES;
  const number = Buffer.alloc(4);
  number.writeUInt32LE(pageNumber);
  const mac = createHmac("sha512", macKey)
    .update(page.subarray(pageNumber === 1 ? SALT_BYTES : 0, macAt))
    .update(number)
    .digest();
  return page.length === PAGE_BYTES && timingSafeEqual(mac, page.subarray(macAt));
}

/** @param page page 1, already found authentic */
export function readStoreHeader(page: Buffer, key: Buffer): StoreHeader {
  const encryptedEnd = PAGE_BYTES - RESERVED_BYTES;
  const decipher = createDecipheriv("aes-256-cbc", key, page.subarray(encryptedEnd, encryptedEnd + IV_BYTES)).setAutoPadding(false);
  // The salt sits where SQLite's magic string would be, so offsets below are those of the plain format.
  const header = Buffer.concat([page.subarray(0, SALT_BYTES), decipher.update(page.subarray(SALT_BYTES, 112))]);
  return { pageCount: header.readUInt32BE(28), userVersion: header.readUInt32BE(60), applicationId: header.readUInt32BE(68) };
}
