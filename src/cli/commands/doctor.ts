// `keyward doctor`: is everything as it must be? Ends with 1 when something is not.
// It asks nothing, makes no profile and leaves nothing behind.
import type { Check } from "../../control/findings.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { define } from "../define.ts";
import { checkClients, type ClientFinding, tryClients } from "../doctor/clients.ts";
import { checkSettings, findDaemon, uncheckable } from "../doctor/daemon.ts";
import { checkHome } from "../doctor/home.ts";
import { checkBeforeJob } from "../doctor/preflight.ts";
import { type CheckResult, printChecks, runCheck } from "../creds/run-check.ts";
import type { Style } from "../text/colour.ts";

const STYLES: Readonly<Record<Check["state"], Style>> = { ok: "good", warn: "warn", fail: "bad" };

interface DoctorArguments {
  readonly clients?: boolean;
  readonly creds?: boolean;
  readonly secretsFile?: string;
  readonly preflightOnly?: boolean;
  readonly sync?: boolean;
}

const CREDENTIALS_MISSING_STATUS = 7;

export const doctor = define<DoctorArguments>({
  name: "doctor",
  summary: "check that everything is as it must be",
  details: `Looks at the home's permissions, the settings, the daemon, the key, the store, the audit, the certificate authority,
the provider definitions and the clock, and sends a request through a proxy of its own to an echo on this machine.
With --clients every client found on the PATH is tried against that echo: does it come to the proxy, accept its
certificate, and get the credential? Nothing leaves the machine. Exit status 1 when something fails.
With --creds the credentials are checked as by creds check; 7 when nothing fails and one of them is missing.
--preflight-only is for a job in CI: the credentials alone, and with --sync whether the hub accepts the login.`,
  options: [
    { flags: "--clients", summary: "try every client on the PATH" },
    { flags: "--creds", summary: "check the credentials as well" },
    { flags: "--preflight-only", summary: "check only what a job needs before it runs, and run nothing" },
    { flags: "--sync", summary: "with --preflight-only: also ask the hub whether it accepts the login" },
    { flags: "--secrets-file <file>", summary: "with --creds or --preflight-only: a file that holds credentials as well" },
  ],
  examples: [
    { command: "keyward doctor", does: "one line a check, with what to do" },
    { command: "keyward doctor --clients", does: "and which programs will work in a run" },
    { command: "keyward doctor --preflight-only --sync", does: "in CI, before the job: 7, 3 or 6 when something is missing" },
  ],
  run: async (args, context) => {
    const { preflightOnly, ...others } = args;
    if (preflightOnly === true) return checkBeforeJob(others, context);
    if (args.sync === true) throw new KeywardError("USAGE", "--sync belongs to --preflight-only");
    if (args.secretsFile !== undefined && args.creds !== true) throw new KeywardError("USAGE", "--secrets-file belongs to --creds");
    const creds = args.creds === true ? await runCheck(args, context) : null;
    const { checks, clients } = await examine(args.clients === true, context);
    const isWell = [...checks, ...(clients ?? [])].every(({ state }) => state !== "fail");
    context.out.object({ ok: isWell && creds?.isComplete !== false, checks, clients, ...(creds === null ? {} : { creds: creds.checks }) });
    for (const check of checks) print(check.name, check, context);
    if (clients !== null) printClients(clients, context);
    context.out.line();
    if (creds !== null) printCreds(creds, context);
    context.out.line(isWell ? "no check failed" : "something is not as it must be", isWell ? "good" : "bad");
    if (!isWell) return 1;
    return creds?.isComplete === false ? CREDENTIALS_MISSING_STATUS : 0;
  },
});

interface Examination {
  readonly checks: readonly Check[];
  /** null: not asked for, or not possible. */
  readonly clients: readonly ClientFinding[] | null;
}

async function examine(withClients: boolean, context: Context): Promise<Examination> {
  const own = [checkHome(context.paths), checkSettings(context)];
  const { check, control } = await findDaemon(context);
  const rest = control === null ? [uncheckable()] : (await control.call("doctor.check", { profile: context.profile })).checks;
  const clients = withClients && control !== null ? await tryClients(context, control) : null;
  return { checks: [...own, check, ...rest, ...(clients === null ? [checkClients(context)] : [])], clients };
}

function printCreds(creds: CheckResult, context: Context): void {
  printChecks(creds, context);
  context.out.line();
}

function print(name: string, { state, found, fix }: Pick<Check, "state" | "found" | "fix">, { out }: Context): void {
  out.line(`${state.padEnd(4)}  ${name}: ${found}`, state === "ok" ? null : STYLES[state]);
  if (fix !== null) out.line(`      ${fix}`);
}

function printClients(clients: readonly ClientFinding[], { out }: Context): void {
  const word = (is: boolean): string => (is ? "yes" : "no");
  out.line();
  out.table(
    ["CLIENT", "ROUTED", "TRUSTED", "INJECTED", "RESULT"],
    clients.map(({ client, routed, trusted, injected, found }) => [client, word(routed), word(trusted), word(injected), found]),
  );
  for (const { client, fix } of clients) if (fix !== null) out.line(`${client}: ${fix}`);
}
