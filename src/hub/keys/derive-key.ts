// Every key the hub needs besides the root key, derived from it by HKDF-SHA256 (RFC 5869): nothing else has to be kept.
// In: the root key and a purpose. Out: 32 bytes. Two purposes never share a key.
import { hkdfSync } from "node:crypto";

/** `database`: the SQLite file. `pepper`: digests of tokens. `successor`: the next refresh token. `wrap`: tenants' keys. `answer`: kept answers. `pending`: sign-ins under way. `password`: hashes of passwords. */
export type KeyPurpose = "database" | "pepper" | "successor" | "wrap" | "answer" | "check" | "cookie" | "pending" | "password";

const KEY_BYTES = 32;

export function deriveKey(root: Buffer, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync("sha256", root, Buffer.alloc(0), `keyward hub v1 ${purpose}`, KEY_BYTES));
}
