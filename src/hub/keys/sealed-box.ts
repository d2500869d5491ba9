// AES-256-GCM with the place of the bytes bound in: a row moved to another tenant, secret or version does not open.
// In: a key, bytes and what they belong to. Out: `1 | nonce (12) | ciphertext | tag (16)`.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param belongsTo for example `secret|<tenant>|<secret>|<version>|<key id>`: parts never hold `|` */
export function seal(key: Buffer, plain: Buffer, belongsTo: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(belongsTo));
  return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws HUB_KEY when the key, the bytes or the place are not the ones it was sealed with */
export function unseal(key: Buffer, sealed: Buffer, belongsTo: string): Buffer {
  try {
    if (sealed[0] !== FORMAT || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw new Error("too short");
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(belongsTo));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new KeywardError("HUB_KEY", "sealed bytes do not open: another key, or they are not where they were written");
  }
}
