// Digest → whom a token stands for. Every token of every kind is issued, found and ended here.
// In: a transaction and a token. Out: rows. The token itself is in no row.
import { kindOf, type TokenKind } from "../../core/shapes/hub-token.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { CredentialTable } from "../storage/tables/access.ts";
import type { Digester } from "./digest.ts";

export interface NewCredential {
  readonly token: string;
  readonly tenantId: string | null;
  readonly subjectId: string;
  readonly expiresAtMs: number;
}

/** Never: later than any clock a hub meets. */
export const NEVER_MS = 253_402_300_799_000;

export async function addCredential(tx: HubTransaction, digester: Digester, credential: NewCredential): Promise<void> {
  const { digest, pepperId } = digester.digest(credential.token);
  const kind = kindOf(credential.token);
  if (kind === null) throw new TypeError("not a token of this hub");
  await tx.narrow({ key: digest });
  await tx.db
    .insertInto("credential")
    .values({
      digest,
      pepper_id: pepperId,
      kind,
      tenant_id: credential.tenantId,
      subject_id: credential.subjectId,
      expires_at_ms: credential.expiresAtMs,
      superseded_at_ms: null,
    })
    // A refresh that is repeated inserts its successor again.
    .onConflict((row) => row.column("digest").doNothing())
    .execute();
}

/** The row of a token of one of `kinds`, also when it is over; null for a text that is not such a token or that nobody knows. */
export async function findCredential(tx: HubTransaction, digester: Digester, lookup: TokenLookup): Promise<CredentialTable | null> {
  const kind = kindOf(lookup.token);
  if (kind === null || !lookup.kinds.includes(kind)) return null;
  for (const digest of digester.candidates(lookup.token)) {
    await tx.narrow({ key: digest });
    const row = await tx.db.selectFrom("credential").selectAll().where("digest", "=", digest).executeTakeFirst();
    if (row !== undefined) return row;
  }
  return null;
}

export interface TokenLookup {
  readonly token: string;
  readonly kinds: readonly TokenKind[];
}

/** Wipes every digest of a subject: what is ended cannot be found again, whatever becomes of its row. */
export async function removeCredentials(tx: HubTransaction, subjectId: string): Promise<void> {
  await tx.narrow({ key: subjectId });
  await tx.db.deleteFrom("credential").where("subject_id", "=", subjectId).execute();
}

/** Marks a token as replaced; it goes on being found until `untilMs`. */
export async function supersedeCredential(
  tx: HubTransaction,
  digest: string,
  at: { readonly nowMs: number; readonly untilMs: number },
): Promise<void> {
  await tx.narrow({ key: digest });
  await tx.db
    .updateTable("credential")
    .set({ superseded_at_ms: at.nowMs, expires_at_ms: at.untilMs })
    .where("digest", "=", digest)
    .execute();
}
