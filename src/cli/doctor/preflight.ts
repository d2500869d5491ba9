// `keyward doctor --preflight-only`: what a job in CI needs, before it begins: every credential there, and with --sync a login that the
// hub accepts. In: flags. Out: the exit status. It asks nobody, starts no program and changes nothing.
import { isUnattended, readVariable } from "../../config/environment.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { callHub } from "../at-hub/call-hub.ts";
import type { Context } from "../context.ts";
import { type CheckArguments, printChecks, runCheck } from "../creds/run-check.ts";

export interface PreflightArguments extends CheckArguments {
  readonly sync?: boolean;
}

interface HubFinding {
  readonly state: "ok" | "fail";
  readonly found: string;
  readonly fix: string | null;
  readonly exitStatus: number;
}

const CREDENTIALS_MISSING_STATUS = 7;

export async function checkBeforeJob(args: PreflightArguments, context: Context): Promise<number> {
  const { out } = context;
  const creds = await runCheck(args, context);
  const hub = args.sync === true ? await checkHub(context) : null;
  const shown = hub === null ? null : { state: hub.state, found: hub.found, fix: hub.fix };
  out.object({ ok: creds.isComplete && hub?.state !== "fail", creds: creds.checks, hub: shown });
  printChecks(creds, context);
  if (hub !== null) out.line(`${hub.state.padEnd(4)}  hub: ${hub.found}`, hub.state === "ok" ? "good" : "bad");
  if (hub !== null && hub.fix !== null) out.line(`      ${hub.fix}`);
  if (hub !== null && hub.exitStatus !== 0) return hub.exitStatus;
  return creds.isComplete ? 0 : CREDENTIALS_MISSING_STATUS;
}

async function checkHub(context: Context): Promise<HubFinding> {
  try {
    await callHub(context, { method: "GET", path: "/v1/me" });
    return { state: "ok", found: "it accepts the login that sync would use", fix: null, exitStatus: 0 };
  } catch (thrown) {
    const error = asInCi(toKeywardError(thrown), context);
    return { state: "fail", found: error.message, fix: error.hint ?? null, exitStatus: error.exitCode };
  }
}

/** Where nobody can log in, the way out is another one, and the same as that of sync; a token that is there and refused is another thing. */
function asInCi(error: KeywardError, { world }: Context): KeywardError {
  const { environment } = world;
  const isTokenSet = readVariable("KEYWARD_TOKEN", environment) !== undefined;
  if (error.code !== "HUB_LOGIN_REQUIRED" || isTokenSet || !isUnattended(environment)) return error;
  return new KeywardError("USAGE", "not logged in at a hub, and nobody can be asked here", {
    hint: "set KEYWARD_TOKEN, KEYWARD_HUB and KEYWARD_WORKSPACE",
  });
}
