// The login through the daemon's form: show the address, open it, wait until the form was sent.
// In: the connection to make. Out: what was stored. The key goes from the form to the daemon and never through this process.
// The login ends with the control connection: closing that is how Ctrl-C ends it.
import { loadSettings } from "../../config/settings-file.ts";
import type { ConnectionParams, LoginChecks, StoredConnection } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { ComputedFlow } from "../../core/grant.ts";
import type { Context } from "../context.ts";
import { untilInterrupted } from "../input/interrupt.ts";
import { openUrl } from "./open-url.ts";

export interface BrowserLogin {
  readonly target: ConnectionParams;
  /** Of a provider with hosts of its users' own; null = the form asks for it, where there is one to ask for. */
  readonly host: string | null;
  readonly force: boolean;
  readonly checks: LoginChecks;
  readonly timeoutMs: number;
  /** Open the address, or only show it. */
  readonly open: boolean;
  /** The form is for what a credential is computed from, and asks for what was not given. */
  readonly computed?: { readonly flow: ComputedFlow; readonly given: Readonly<Record<string, string>> };
}

/** @throws LOGIN_CANCELLED, LOGIN_EXPIRED, and what the daemon says about the value */
export async function loginInBrowser(login: BrowserLogin, context: Context): Promise<StoredConnection> {
  const started = await context.call("login.start", {
    ...login.target,
    host: login.host,
    force: login.force,
    checks: login.checks,
    timeoutMs: login.timeoutMs,
    ...login.computed,
    uiPort: loadSettings(context.paths, context.world.environment)["ui.port"],
  });
  const waiting = context.call("login.wait", { loginId: started.loginId });
  // Rejected when Ctrl-C closes the connection under it; the race below has its answer by then.
  waiting.catch(() => undefined);
  // Listening before the address is shown: whoever reads it may press Ctrl-C at once.
  const outcome = untilInterrupted(waiting, (signal) => {
    context.close();
    return new KeywardError("LOGIN_CANCELLED", "the login was ended before a key was given", { detail: { signal } });
  });
  outcome.catch(() => undefined);
  context.out.tell(`Open ${started.url} to enter the key`);
  if (login.open && !(await openUrl(started.url, context.world.environment))) {
    context.out.note("no browser could be started; open the address yourself, or use --no-browser");
  }
  context.out.note("waiting for the form … (Ctrl-C ends the login)");
  return outcome;
}
