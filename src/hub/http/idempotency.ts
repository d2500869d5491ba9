// Idempotency-Key: a create that is sent again gets the answer it got the first time, and does nothing twice.
// In: the key, who sent it and what was asked. Out: the kept answer. Answers hold tokens shown once, so they are sealed.
import { createHash } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import type { HubParts } from "../hub-parts.ts";
import { deriveKey } from "../keys/derive-key.ts";
import { seal, unseal } from "../keys/sealed-box.ts";
import type { HubTransaction } from "../storage/storage.ts";
import { invalidField } from "./hub-error.ts";

export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Repeat {
  readonly key: string;
  /** Tenant and caller: nobody meets the key of another. */
  readonly owner: string;
  readonly request: unknown;
}

const KEEP_MS = 24 * 3_600_000;
const KEY = /^[!-~]{1,200}$/;

function digests(hub: HubParts, { key, owner, request }: Repeat): { readonly key: string; readonly request: string } {
  if (!KEY.test(key)) throw invalidField("headers.Idempotency-Key", "1 to 200 visible characters");
  // The body can be a secret: its digest is an HMAC as well.
  const requestDigest = hub.digester.digest(createHash("sha256").update(JSON.stringify(request)).digest("hex")).digest;
  return { key: hub.digester.digest(`${owner}|${key}`).digest, request: requestDigest };
}

/** @throws HUB_CONFLICT when the key came with another request before */
export async function recallAnswer(tx: HubTransaction, hub: HubParts, repeat: Repeat): Promise<KeptAnswer | null> {
  const { key, request } = digests(hub, repeat);
  await tx.narrow({ key });
  const kept = await tx.db.selectFrom("idempotency").selectAll().where("key_digest", "=", key).executeTakeFirst();
  if (kept === undefined || kept.expires_at_ms <= hub.clock.nowMs()) return null;
  if (kept.request_digest !== request) {
    throw new KeywardError("HUB_CONFLICT", "this Idempotency-Key was used for another request", { hint: "send a new key" });
  }
  const body = kept.sealed_body === null ? null : JSON.parse(unseal(answerKey(hub), kept.sealed_body, `answer|${key}`).toString());
  return { status: kept.status, body: body as unknown };
}

export interface Keeping {
  readonly repeat: Repeat;
  readonly answer: KeptAnswer;
}

export async function keepAnswer(tx: HubTransaction, hub: HubParts, { repeat, answer }: Keeping): Promise<KeptAnswer> {
  const { key, request } = digests(hub, repeat);
  const nowMs = hub.clock.nowMs();
  const sealed = answer.body === null ? null : seal(answerKey(hub), Buffer.from(JSON.stringify(answer.body)), `answer|${key}`);
  await tx.narrow({ key });
  const row = { request_digest: request, status: answer.status, sealed_body: sealed, created_at_ms: nowMs, expires_at_ms: nowMs + KEEP_MS };
  await tx.db
    .insertInto("idempotency")
    .values({ key_digest: key, ...row })
    .onConflict((conflict) => conflict.column("key_digest").doUpdateSet(row))
    .execute();
  return answer;
}

function answerKey(hub: HubParts): Buffer {
  return deriveKey(hub.roots[0].bytes, "answer");
}
