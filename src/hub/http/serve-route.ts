// One request to one route: who, what, may it, do it, answer. The order is the same for every route and nothing can leave a step out.
// In: a route and what arrived. Out: a status and a body. All of it is one transaction of the database.
import type { HubParts } from "../hub-parts.ts";
import { authenticate, type Caller, requireScope, requireTenantAdmin, type Standing, standIn } from "./caller.ts";
import { KeywardError } from "../../core/errors.ts";
import { addressGroup } from "./input/client-address.ts";
import { type KeptAnswer, keepAnswer, recallAnswer } from "./idempotency.ts";
import type { Access, Call, Origin, RouteSpec } from "./route.ts";
import type { HubTransaction } from "../storage/storage.ts";

export interface Arrived {
  readonly token: string | null;
  readonly idempotencyKey: string | undefined;
  readonly body: unknown;
  readonly query: unknown;
  readonly params: unknown;
  readonly from: Origin;
  readonly signal: AbortSignal;
}

/** For routes that ask for no caller: reaching for it is a bug, and matches nothing. */
const NOBODY: Caller = { kind: "session", tenantId: "", subjectId: "", userId: null, workspaceId: null, scopes: [], connections: null };
const NOWHERE: Standing = { workspaceId: "", role: null, scopes: [] };

/** @throws KeywardError of whatever step refuses */
export async function serveRoute(spec: RouteSpec, hub: HubParts, arrived: Arrived): Promise<KeptAnswer> {
  // A transaction that is done again, or a poll that was woken, is still one request.
  let isCounted = false;
  const count = (caller: Caller): void => {
    if (!isCounted) hub.limit.require(caller.kind === "device" ? "sync" : "api", caller.subjectId);
    isCounted = true;
  };
  const first = await serveOnce(spec, hub, { arrived, count }).catch((error: unknown) => {
    // Whoever tries tokens is slowed down, also where none of them costs a query.
    if (error instanceof KeywardError && error.code === "HUB_LOGIN_REQUIRED" && arrived.token !== null)
      hub.limit.require("guess", addressGroup(arrived.from.ip));
    throw error;
  });
  if (spec.afterwards !== undefined) return { ...first.answer, body: await spec.afterwards(first.answer.body, arrived.signal) };
  if (first.answer.status !== NOT_MODIFIED || spec.longPoll === undefined) return first.answer;
  const isChanged = await spec.longPoll({ hub, query: arrived.query, caller: first.caller, signal: arrived.signal });
  if (!isChanged) return first.answer;
  return await hub.turns.take(first.caller.tenantId, async () =>
    // Who went away while waiting takes nobody's time.
    arrived.signal.aborted ? first.answer : (await serveOnce(spec, hub, { arrived, count })).answer,
  );
}

const NOT_MODIFIED = 304;

interface Counted {
  readonly arrived: Arrived;
  /** @throws HUB_BUSY */
  readonly count: (caller: Caller) => void;
}

async function serveOnce(spec: RouteSpec, hub: HubParts, { arrived, count }: Counted): Promise<{ answer: KeptAnswer; caller: Caller }> {
  const nowMs = hub.clock.nowMs();
  return await hub.storage.within({}, async (tx) => {
    const { caller, standing } = await admit(tx, hub, { access: spec.access, arrived, count });
    const { body, query, params, from } = arrived;
    const call: Call<unknown, unknown, unknown> = { hub, tx, caller, standing, body, query, params, from, nowMs };
    const act = async (): Promise<KeptAnswer> => {
      const result = (await spec.act(call)) ?? null;
      return { status: result === null && spec.method === "get" ? NOT_MODIFIED : spec.status, body: result };
    };
    if (spec.isCreate !== true || arrived.idempotencyKey === undefined) return { answer: await act(), caller };
    const repeat = {
      key: arrived.idempotencyKey,
      owner: `${caller.tenantId}|${caller.subjectId}`,
      request: { path: spec.path, workspace: from.workspace ?? null, params, body },
    };
    const answer = (await recallAnswer(tx, hub, repeat)) ?? (await keepAnswer(tx, hub, { repeat, answer: await act() }));
    return { answer, caller };
  });
}

interface Admission extends Counted {
  readonly access: Access;
}

async function admit(
  tx: HubTransaction,
  hub: HubParts,
  { access, arrived, count }: Admission,
): Promise<{ caller: Caller; standing: Standing }> {
  if (access.to === "anyone") return { caller: NOBODY, standing: NOWHERE };
  const caller = await authenticate(tx, hub, arrived.token);
  const { ip, userAgent } = arrived.from;
  count(caller);
  hub.lastUses.see({ subjectId: caller.subjectId, usedAtMs: hub.clock.nowMs(), ip, userAgent });
  if (access.to === "caller") return { caller, standing: NOWHERE };
  if (access.to === "tenant_admin") {
    await requireTenantAdmin(tx, caller);
    return { caller, standing: NOWHERE };
  }
  const standing = await standIn(tx, caller, arrived.from.workspace);
  requireScope(standing, access.scope);
  return { caller, standing };
}
