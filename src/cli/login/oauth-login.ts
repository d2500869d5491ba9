// The OAuth login of `keyward login --flow …`: begins it in the daemon, shows the address or the code, waits for its end.
// In: the flow, scopes, the client. Out: what was stored. Tokens never come through this process; a client's secret or a pasted
// refresh token comes from standard input or a masked prompt and goes straight to the daemon.
import { loadSettings } from "../../config/settings-file.ts";
import type { AuthorizeBegun, AuthorizeParams } from "../../control/authorize.ts";
import type { ConnectionParams, ProviderInfo, StoredConnection } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { untilInterrupted } from "../input/interrupt.ts";
import { readStdin } from "../input/read-text.ts";
import { openUrl } from "./open-url.ts";
import { drawQrCode } from "./qr-code.ts";

export type OAuthFlow = AuthorizeParams["flow"];

export interface OAuthFlags {
  readonly flow?: string;
  readonly scope?: string;
  readonly clientId?: string;
  readonly redirectPort?: string;
  readonly stdin?: boolean;
  /** The client is asked for in the browser. */
  readonly form?: boolean;
  /** true unless --no-qr. */
  readonly qr: boolean;
}

export interface OAuthLogin {
  readonly flags: OAuthFlags;
  readonly provider: ProviderInfo;
  /** Those its definition has. */
  readonly flows: readonly string[];
  readonly target: ConnectionParams;
  readonly host: string | null;
  readonly force: boolean;
  readonly timeoutMs: number;
  /** Open the address, or only show it. */
  readonly open: boolean;
  /** Somebody can see the address or the code: there is a terminal, or the command says so. */
  readonly isSeen: boolean;
}

const FLOWS: readonly OAuthFlow[] = ["browser", "device", "token", "client_credentials"];
const FLOW_NAMES = "browser, device, token, client_credentials, app, service-account, assume-role, sso or key-pair";
/** Their client may be asked for in the form. */
const WITH_FORM: ReadonlySet<OAuthFlow> = new Set(["browser", "client_credentials"]);
/** They end at a page of the provider, in front of a person. */
const WITH_PERSON: ReadonlySet<OAuthFlow> = new Set(["browser", "device"]);

/** The flow the flags ask for; null = a key is given instead. @throws USAGE */
export function readFlow({ flow, scope, clientId, redirectPort, form }: OAuthFlags): OAuthFlow | null {
  if (flow === undefined) {
    const lost = [
      scope !== undefined && "--scope",
      clientId !== undefined && "--client-id",
      redirectPort !== undefined && "--redirect-port",
    ];
    const first = lost.find((flag) => flag !== false);
    if (first !== undefined) throw new KeywardError("USAGE", `${first} needs --flow`, { hint: `--flow is ${FLOW_NAMES}` });
    return null;
  }
  const known = FLOWS.find((name) => name === flow);
  if (known !== undefined && form === true && !WITH_FORM.has(known))
    throw new KeywardError(
      "USAGE",
      `--form asks for an OAuth client with ${[...WITH_FORM].map((name) => `--flow ${name}`).join(" and ")} only`,
      {
        hint: "--stdin reads a secret from standard input",
      },
    );
  if (known !== undefined) return known;
  throw new KeywardError("USAGE", `--flow is ${FLOW_NAMES}`, { hint: "keyward provider show PROVIDER says which of them it has" });
}

/** @throws OAUTH_*, LOGIN_*, and what the daemon says */
export async function loginWithOAuth(flow: OAuthFlow, login: OAuthLogin, context: Context): Promise<StoredConnection> {
  // A flow that is not there at all is refused by the daemon, whoever is there.
  if (WITH_PERSON.has(flow) && login.flows.includes(flow) && !login.isSeen) throw nobodyThere(flow, login);
  const begun = await begin(flow, login, context);
  const waiting = context.call("login.wait", { loginId: begun.loginId });
  // Rejected when Ctrl-C closes the connection under it; the race below has its answer by then.
  waiting.catch(() => undefined);
  // Listening before the address is shown: whoever reads it may press Ctrl-C at once.
  const outcome = untilInterrupted(waiting, (signal) => {
    context.close();
    return new KeywardError("LOGIN_CANCELLED", "the login was ended before it was finished", { detail: { signal } });
  });
  outcome.catch(() => undefined);
  const { url, device } = begun;
  if (url !== null) await show(url, login, context);
  if (device !== null) await showCode(device, login, context);
  if (url !== null || device !== null) context.out.note("waiting for the provider … (Ctrl-C ends the login)");
  return outcome;
}

async function begin(flow: OAuthFlow, login: OAuthLogin, context: Context): Promise<AuthorizeBegun> {
  const { flags, target, host, force, timeoutMs } = login;
  const params = {
    ...target,
    flow,
    host,
    force,
    timeoutMs,
    scopes: flags.scope === undefined ? null : flags.scope.split(/[\s,]+/).filter((scope) => scope !== ""),
    clientId: flags.clientId ?? null,
    redirectPort: readPort(flags.redirectPort),
  };
  const form = { uiPort: loadSettings(context.paths, context.world.environment)["ui.port"] };
  if (flags.form === true) return context.call("login.authorize", { ...params, clientSecret: null, refreshToken: null, form });
  const given = await readSecrets(flow, login, context);
  try {
    return await context.call("login.authorize", { ...params, ...given });
  } catch (error) {
    // Only now is it known that this client needs one.
    const isMissing =
      error instanceof KeywardError && error.code === "OAUTH_CLIENT" && given.clientSecret === null && flags.clientId !== undefined;
    if (!isMissing || error.detail?.["missing"] !== "secret") throw error;
    // Where the provider's page would have opened, the form opens before it.
    if (flow === "browser" && login.open) return context.call("login.authorize", { ...params, ...given, form });
    if (!context.ask.canAsk) throw error;
    return context.call("login.authorize", { ...params, ...given, clientSecret: await ask("client secret", login, context) });
  }
}

/** Standard input holds the client's secret; with a pasted token the token, and the secret in a second line. */
async function readSecrets(
  flow: OAuthFlow,
  login: OAuthLogin,
  context: Context,
): Promise<{ readonly clientSecret: string | null; readonly refreshToken: string | null }> {
  if (login.flags.stdin === true && !context.ask.canAsk) {
    const [first = "", second = ""] = (await readStdin(context.world.stdin)).replace(/^\ufeff/, "").split(/\r?\n/);
    if (first.trim() === "") throw new KeywardError("KEY_EMPTY", "standard input is empty");
    return flow === "token"
      ? { refreshToken: first, clientSecret: second.trim() === "" ? null : second }
      : { refreshToken: null, clientSecret: first };
  }
  const refreshToken = flow === "token" ? await ask("refresh token", login, context) : null;
  const clientSecret = login.flags.stdin === true ? await ask("client secret", login, context) : null;
  return { refreshToken, clientSecret };
}

function ask(what: string, { provider }: OAuthLogin, context: Context): Promise<string> {
  return context.ask.secret({ label: `${provider.name}: ${what}`, instead: "--stdin", cancelled: "LOGIN_CANCELLED" });
}

function readPort(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new KeywardError("USAGE", "--redirect-port is a port number");
}

async function show(url: string, { open }: OAuthLogin, context: Context): Promise<void> {
  context.out.tell(`Open ${url} to log in`);
  if (open && !(await openUrl(url, context.world.environment)))
    context.out.note("no browser could be started; open the address yourself, or use --flow device");
}

/** The text says all there is, for pipes and screen readers; the picture is for a phone beside the terminal. */
async function showCode(device: NonNullable<AuthorizeBegun["device"]>, { flags, open }: OAuthLogin, context: Context): Promise<void> {
  const { environment, stderr } = context.world;
  const address = device.completeUrl ?? device.verificationUrl;
  context.out.tell(`Enter the code ${device.userCode} at ${device.verificationUrl}`);
  const columns = stderr.isTTY === true ? (stderr.columns ?? null) : null;
  const picture = flags.qr && !context.out.json ? await drawQrCode(address, { environment, columns }) : null;
  if (picture !== null) for (const line of ["or scan this with a phone:", ...picture]) context.out.note(line);
  if (open && !(await openUrl(address, environment))) context.out.note("no browser could be started; open the address on any device");
}

function nobodyThere(flow: OAuthFlow, { provider, flows, target }: OAuthLogin): KeywardError {
  const name = target.connection === null ? "" : ` --connection ${target.connection}`;
  const command = `keyward login ${provider.id}${name}`;
  const alone = ["token", "client_credentials"].filter((one) => flows.includes(one)).map((one) => `${command} --flow ${one} --stdin; or `);
  return new KeywardError("INPUT_NEEDED", `--flow ${flow} needs a person, and there is no terminal to show ${provider.name}'s page on`, {
    hint: `${alone[0] ?? ""}${command} --flow ${flow} --no-browser, which prints the address and waits`,
  });
}
