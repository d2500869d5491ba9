// The ways a secret may leave (get --show-secret, export; sealed, profile backup) share this gate. In: the context and --yes. Out: the values.
// It refuses inside a run before anything is asked, and wants a terminal or --yes: a script must say that it means it.
import { readVariable } from "../../config/environment.ts";
import type { Result } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { identifyProcess } from "../../core/process-identity.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { Context } from "../context.ts";

export interface RevealRequest {
  readonly provider: string | null;
  readonly connection: string | null;
  readonly yes: boolean;
}

/** @throws REVEAL_REFUSED, CONFIRMATION_NEEDED */
export async function revealConnections(request: RevealRequest, context: Context): Promise<Result<"connection.reveal">> {
  const asker = askToReveal(request.yes, context);
  const { provider, connection } = request;
  return context.call("connection.reveal", { profile: context.profile, provider, connection, asker });
}

/** Who asks, when that is somebody who may. @throws REVEAL_REFUSED, CONFIRMATION_NEEDED */
export function askToReveal(yes: boolean, context: Context): ProcessIdentity {
  const asker = askerOutsideRun(context);
  if (yes || context.ask.canAsk) return asker;
  throw new KeywardError("CONFIRMATION_NEEDED", "this prints real keys, and there is no terminal to see who asks", {
    hint: "add --yes if a script is meant to have them",
  });
}

/** Who asks, for the daemon to look at as well. @throws REVEAL_REFUSED inside a run */
export function askerOutsideRun(context: Context): ProcessIdentity {
  refuseInsideRun(context);
  const asker = identifyProcess(process.pid);
  if (asker === null) throw new KeywardError("INTERNAL", "this process cannot identify itself");
  return asker;
}

/** The proxy's user name in a run is the run's id (the daemon looks at the process tree as well). */
function refuseInsideRun(context: Context): void {
  const proxy = readVariable("HTTPS_PROXY", context.world.environment);
  if (proxy === undefined || !/^http:\/\/run_[A-Za-z0-9]+:[^@/]*@127\.0\.0\.1(?::|\/|$)/.test(proxy)) return;
  throw new KeywardError("REVEAL_REFUSED", "secrets are not shown from inside a run", {
    hint: "type the command in a terminal outside of keyward run",
  });
}
