// Local users' passwords: argon2id (RFC 9106), in the parameters OWASP names, with a pepper from the root key: a dump alone cannot even be guessed at.
// In: a password. Out: a PHC string, or whether it matches. A name that does not exist costs as much as one that does.
import { hash, verify } from "@node-rs/argon2";
import { deriveKey } from "../keys/derive-key.ts";
import type { RootKeys } from "../keys/envelope.ts";

/** 19 MiB, two passes, one lane; the library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

export async function hashPassword(roots: RootKeys, password: string): Promise<string> {
  return await hash(password.normalize("NFC"), { ...COST, secret: deriveKey(roots[0].bytes, "password") });
}

/** `stale`: right, under an older root key: the caller hashes it anew, so that the old key can go. */
export type PasswordMatch = "right" | "stale" | "wrong";

let decoy: Promise<string> | undefined;

/** @param stored null for a user who is not there or has no password */
export async function matchPassword(roots: RootKeys, stored: string | null, password: string): Promise<PasswordMatch> {
  decoy ??= hash("nobody's password", COST);
  const against = stored ?? (await decoy);
  // Nobody's password is longer; hashing a megabyte of it would only be work.
  const typed = password.length > MAX_PASSWORD_LENGTH ? "" : password.normalize("NFC");
  let match: PasswordMatch = "wrong";
  // Every key is tried whatever comes of it: the time says nothing.
  for (const [place, root] of roots.entries()) {
    const isMatch = await verify(against, typed, { secret: deriveKey(root.bytes, "password") });
    if (isMatch && stored !== null) match = place === 0 ? "right" : "stale";
  }
  return match;
}
