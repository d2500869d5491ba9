// Local users' passwords: argon2id (RFC 9106), in the parameters OWASP names.
// In: a password. Out: a PHC string, or whether it matches. A name that does not exist costs as much as one that does.
import { hash, verify } from "@node-rs/argon2";

/** 19 MiB, two passes, one lane; the library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

export async function hashPassword(password: string): Promise<string> {
  return await hash(password.normalize("NFC"), COST);
}

let decoy: Promise<string> | undefined;

/** @param stored null for a user who is not there or has no password */
export async function isPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash("nobody's password", COST);
  const isMatch = await verify(stored ?? (await decoy), password.normalize("NFC"));
  return stored !== null && isMatch;
}
