// doctor.*: the checks that need the daemon, and an echo for clients that the command starts.
// In: a profile, names of clients. Out: findings. It makes no profile and leaves nothing behind.
import type { Params, Result } from "../../control/protocol.ts";
import type { MethodTable, Session } from "../../control/server.ts";
import { runChecks } from "../doctor/checks.ts";
import { openSubject } from "../doctor/subject.ts";
import type { DaemonParts } from "../parts.ts";

export function doctorMethods(parts: DaemonParts): Pick<MethodTable, "doctor.check" | "doctor.open" | "doctor.finish"> {
  return {
    "doctor.check": async ({ profile }) => ({ checks: await runChecks(profile, parts) }),
    "doctor.open": (params, session) => open(params, { parts, session }),
    "doctor.finish": async ({ echoId }) => ({ seen: await parts.echoes.finish(echoId) }),
  };
}

async function open(params: Params<"doctor.open">, at: { parts: DaemonParts; session: Session }): Promise<Result<"doctor.open">> {
  const { echoes } = at.parts;
  const { profile } = await openSubject(params.profile, at.parts);
  const held = await echoes.open(profile?.authority ?? null, params.clients);
  at.session.onClosed(() => void echoes.close(held.id).catch(() => undefined));
  return echoes.describe(held);
}
