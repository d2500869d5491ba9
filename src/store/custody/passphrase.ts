// Custody "passphrase": the key encrypted under scrypt(passphrase), inside the descriptor.
// In: a passphrase, the key or the wrapped key. Out: the other of the two. A wrong passphrase costs exactly one derivation.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { KEY_BYTES } from "../cipher-pages.ts";
import type { WrappedKey } from "./descriptor.ts";

/** OWASP's setting for scrypt: 128 MiB and about 0.3 s a guess. */
const COST = { n: 2 ** 17, r: 8, p: 1 } as const;
/** A descriptor that asks for more was tampered with to exhaust memory; for less, to make guessing cheap. */
const COST_LIMITS = { minN: 2 ** 15, maxN: 2 ** 20 } as const;

export async function wrapKey(key: Buffer, passphrase: Secret, profile: string): Promise<WrappedKey> {
  if (passphrase.length === 0) throw new KeywardError("KEY_EMPTY", "the passphrase is empty", { hint: "choose a passphrase" });
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", await deriveFromPassphrase(passphrase, salt, COST), iv).setAAD(associatedData(profile));
  const ciphertext = Buffer.concat([cipher.update(key), cipher.final()]);
  const text = (bytes: Buffer): string => bytes.toString("base64");
  return { kdf: "scrypt", ...COST, salt: text(salt), iv: text(iv), ciphertext: text(ciphertext), tag: text(cipher.getAuthTag()) };
}

/** @throws STORE_KEY_WRONG, CUSTODY_FAILED when the descriptor's numbers are not acceptable */
export async function unwrapKey(wrapped: WrappedKey, passphrase: Secret, profile: string): Promise<Buffer> {
  const bytes = (text: string): Buffer => Buffer.from(text, "base64");
  const [salt, iv, ciphertext, tag] = [wrapped.salt, wrapped.iv, wrapped.ciphertext, wrapped.tag].map(bytes) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const isPowerOfTwo = (wrapped.n & (wrapped.n - 1)) === 0;
  const isAffordable =
    isPowerOfTwo && wrapped.n >= COST_LIMITS.minN && wrapped.n <= COST_LIMITS.maxN && wrapped.r === COST.r && wrapped.p === COST.p;
  if (!isAffordable || salt.length !== 16 || iv.length !== 12 || ciphertext.length !== KEY_BYTES || tag.length !== 16) {
    throw new KeywardError("CUSTODY_FAILED", `the wrapped key of profile '${profile}' is damaged`, {
      hint: "put back a copy of its .key.json file",
    });
  }
  const decipher = createDecipheriv("aes-256-gcm", await deriveFromPassphrase(passphrase, salt, wrapped), iv, { authTagLength: 16 });
  decipher.setAAD(associatedData(profile)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw new KeywardError("STORE_KEY_WRONG", `the passphrase does not unlock profile '${profile}'`, {
      hint: "try again: keyward profile unlock",
    });
  }
}

/** Off the event loop: the daemon goes on serving while a passphrase is checked. */
export function deriveFromPassphrase(
  passphrase: Secret,
  salt: Buffer,
  { n, r, p }: { readonly n: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  // The same passphrase typed on another system may come composed differently.
  const text = passphrase.reveal().normalize("NFC");
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, { N: n, r, p, maxmem: 256 * n * r }, (error, derived) =>
      error === null ? resolve(derived) : reject(error),
    );
  });
}

/** Ties the wrapped key to its profile and format, so that it cannot be moved under another name. */
function associatedData(profile: string): Buffer {
  return Buffer.from(`keyward wrapped key v1\0${profile}`);
}
