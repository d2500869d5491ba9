// One line of the hub's audit for a call: who, where and when are taken from the call itself.
// In: the call, an action and what it was done to. Out: a row in the same transaction.
import type { Call } from "../http/route.ts";
import { appendAudit } from "./append-audit.ts";

type AnyCall = Pick<Call<unknown, unknown, unknown>, "tx" | "caller" | "standing" | "nowMs">;

/** `user:usr_…` for a person, `api_token:tok_…` for a machine. */
export function actorOf({ caller }: Pick<AnyCall, "caller">): string {
  return caller.userId === null ? `${caller.kind}:${caller.subjectId}` : `user:${caller.userId}`;
}

export interface Note {
  /** `api_token.create`. */
  readonly action: string;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export async function note(call: AnyCall, { action, subject, detail }: Note): Promise<void> {
  const { tx, caller, standing, nowMs } = call;
  await appendAudit(tx, {
    tenantId: caller.tenantId,
    workspaceId: standing.workspaceId === "" ? null : standing.workspaceId,
    atMs: nowMs,
    actor: actorOf(call),
    action,
    subject,
    ...(detail === undefined ? {} : { detail }),
  });
}
