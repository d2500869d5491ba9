// `keyward login`: makes a connection. The key comes from the form in the browser, a masked prompt, standard input, a variable or
// a file, and never from an argument. An existing connection is refused before anybody is asked for a key.
import { isUnattended } from "../../config/environment.ts";
import { loadSettings } from "../../config/settings-file.ts";
import type { ConnectionParams, LoginChecks, ProviderInfo, StoredConnection } from "../../control/protocol.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { ComputedFlow } from "../../core/grant.ts";
import { checkName, PROVIDER_ID_PATTERN } from "../../core/names.ts";
import type { Context } from "../context.ts";
import { define } from "../define.ts";
import { loginInBrowser } from "../login/browser-login.ts";
import { type ComputedFlags, loginByComputing, readComputedFlow } from "../login/computed-login.ts";
import { hasBrowser } from "../login/headless.ts";
import { loginWithSecret } from "../login/link-login.ts";
import { loginWithOAuth, type OAuthFlags, readFlow } from "../login/oauth-login.ts";
import { askFields, type FieldValues, HOST_FIELD, readGivenFields } from "../login/typed-fields.ts";
import { parseDuration } from "../text/times.ts";

interface LoginArguments extends OAuthFlags, ComputedFlags {
  readonly provider: string;
  readonly connection?: string;
  readonly force?: boolean;
  /** true unless --no-browser. */
  readonly browser: boolean;
  readonly form?: boolean;
  readonly stdin?: boolean;
  readonly fromEnv?: string;
  readonly fromFile?: string;
  /** Names of secrets of the vault. */
  readonly secret?: readonly string[];
  readonly timeout?: string;
  readonly host?: string;
  readonly baseUrl?: string;
  readonly anyShape?: boolean;
  /** undefined = as the setting login.verify says. */
  readonly verify?: boolean;
}

const TIMEOUT_LIMITS = { minMs: 10_000, maxMs: 86_400_000 };

export const login = define<LoginArguments>({
  name: "login",
  summary: "store a key for a provider",
  details: `The key is entered in a form in the browser, served by keyward on this machine only. Without a browser
(SSH, no display, --no-browser) it is asked for in the terminal. Scripts use --stdin, --from-env or --from-file.
A key is never an argument: arguments end up in the shell's history and are visible to every process.
Providers with several fields take name=value lines with --stdin and --from-file; those whose users have hosts
of their own also take --host, and the key then goes to that one host only. --base-url does the same for a
product that you run yourself, such as GitLab or GitHub Enterprise.
Where the provider's definition declares a cheap request for it, the key is tried once before it is stored: a key
the provider does not know is not stored, one that cannot be checked now is stored with a warning.
Where the definition has OAuth, --flow logs in without a key: browser on the provider's page, device with a code
typed on any device, token with a refresh token got elsewhere, client_credentials as the client itself, without a
person. keyward renews the access from then on. --stdin then gives the client's secret (with --flow token the
refresh token, and the secret in a second line); --form asks for the client in the browser and goes on from there.
Where keyward can compute the credential, --flow says from what: app (a GitHub App's key), service-account (Google's
key file), assume-role (AWS base keys), sso (the session of 'aws sso login'), key-pair (Snowflake). --from-file, --stdin
or the form takes the key, --set the rest. Only short-lived credentials are made from it, and it stays in the store.`,
  args: [{ name: "<provider>", summary: "id of the provider, see keyward provider list" }],
  options: [
    { flags: "--connection <name>", summary: "name of the connection, to keep several keys side by side (default: default)" },
    { flags: "--force", summary: "replace the key of an existing connection" },
    { flags: "--no-browser", summary: "ask in the terminal" },
    { flags: "--form", summary: "use the form even over SSH or without a terminal; its address is printed" },
    { flags: "--stdin", summary: "read the key from standard input" },
    { flags: "--from-env <var>", summary: "read the key from a variable (several fields: name=VAR,name=VAR)" },
    { flags: "--from-file <file>", summary: "read the key from a file" },
    { flags: "--secret <name>", summary: "use a secret of the vault by its name (several fields: FIELD=NAME each)", repeat: true },
    { flags: "--host <host>", summary: "your own host at the provider, such as acme.atlassian.net" },
    { flags: "--base-url <url>", summary: "a server of your own, such as https://gitlab.acme.com; the key goes there only" },
    { flags: "--any-shape", summary: "store the key although it does not look like one of the provider's" },
    { flags: "--verify", summary: "ask the provider whether it knows the key (the setting login.verify decides without it)" },
    { flags: "--no-verify", summary: "store the key without asking the provider" },
    {
      flags: "--flow <flow>",
      summary:
        "log in with OAuth (browser, device, token, client_credentials) or compute (app, service-account, assume-role, sso, key-pair)",
    },
    { flags: "--set <name=value>", summary: "with a computed flow: an input that is no secret, such as app_id=123", repeat: true },
    { flags: "--scope <scopes>", summary: "OAuth scopes, separated by commas or spaces (default: the definition's)" },
    { flags: "--client-id <id>", summary: "OAuth client to log in with; kept for the next login" },
    { flags: "--redirect-port <port>", summary: "port the browser comes back to, where the provider compares it" },
    { flags: "--no-qr", summary: "show the code of --flow device as text only" },
    { flags: "--timeout <time>", summary: "how long the form stays open (default: 10m)" },
  ],
  examples: [
    { command: "keyward login openai", does: "enter the key in the browser" },
    { command: "keyward login openai --connection work", does: "a second key beside the first" },
    { command: "keyward login atlassian --host acme.atlassian.net", does: "bind the key to one site" },
    { command: "pass show openai | keyward login openai --stdin", does: "take the key from a password manager" },
    { command: "keyward login openai --connection team --secret OPENAI_TEAM", does: "refer to a secret of the vault" },
    { command: "keyward login gitlab --flow browser --client-id ID", does: "log in on GitLab's own page" },
    { command: "keyward login github --flow app --set app_id=1 --set installation_id=2 --from-file app.pem", does: "a GitHub App" },
    { command: "keyward login github --base-url https://github.acme.com --stdin", does: "a key of GitHub Enterprise" },
  ],
  onExcess: () => keyInArgv(),
  run: async (args, context) => {
    const computed = readComputedFlow(args.flow);
    const flow = computed === null ? readFlow(args) : null;
    if (args.set !== undefined && computed === null)
      throw new KeywardError("USAGE", "--set needs a flow that computes, such as --flow app");
    if (computed !== null && (args.clientId !== undefined || args.redirectPort !== undefined))
      throw new KeywardError("USAGE", `--client-id and --redirect-port mean nothing with --flow ${computed}`);
    if (flow !== null && (args.fromEnv !== undefined || args.fromFile !== undefined))
      throw new KeywardError("USAGE", "--flow takes no key: --from-env and --from-file mean nothing with it");
    const given = [
      args.stdin === true && "--stdin",
      args.fromEnv !== undefined && "--from-env",
      args.fromFile !== undefined && "--from-file",
      args.secret !== undefined && "--secret",
    ];
    const sources = given.filter((flag) => flag !== false);
    if (sources.length > 1) throw new KeywardError("USAGE", `${sources.join(" and ")} exclude each other`);
    if (args.form === true && (sources.length > 0 || !args.browser))
      throw new KeywardError("USAGE", "--form excludes every other source of the key");
    if (args.secret !== undefined && (computed !== null || flow !== null)) throw new KeywardError("USAGE", "--secret excludes --flow");
    const timeoutMs = parseDuration("--timeout", args.timeout ?? "10m", TIMEOUT_LIMITS);
    const connection = args.connection === undefined ? null : checkName("connection", args.connection);
    if (args.host !== undefined && args.baseUrl !== undefined) throw new KeywardError("USAGE", "--host and --base-url exclude each other");
    const found = await findProvider(args.provider, context);
    const provider = withoutGivenHost(found.info, args);
    const target = { profile: context.profile, provider: provider.id, connection };
    if (args.force !== true) await refuseExisting(target, context);
    if (args.secret !== undefined) {
      const link = { target, secrets: args.secret, host: placeOf(args) ?? null, force: args.force === true };
      return report(await loginWithSecret(link, context), context);
    }
    if (computed !== null)
      return report(await loginBySource(computed, { args, provider: found.info, target, timeoutMs }, context), context);
    if (flow !== null) return report(await loginByFlow(flow, { args, provider, target, timeoutMs, flows: found.flows }, context), context);
    if (args.verify === true && !provider.verifiable) context.out.note(`no request is declared that could check a key of ${provider.name}`);
    const verify = args.verify ?? loadSettings(context.paths, context.world.environment)["login.verify"];
    const checks: LoginChecks = { anyShape: args.anyShape === true, doubtful: context.ask.canAsk ? "ask" : "warn", verify };
    report(await loginWith({ args, provider, target, timeoutMs, checks }, context), context);
  },
});

interface Login {
  readonly args: LoginArguments;
  readonly provider: ProviderInfo;
  readonly target: ConnectionParams;
  readonly timeoutMs: number;
  readonly checks: LoginChecks;
}

async function loginWith(wanted: Login, context: Context): Promise<StoredConnection> {
  const { args, provider, target, timeoutMs, checks } = wanted;
  const { environment, stdin, stderr } = context.world;
  const force = args.force === true;
  const given = await readGivenFields(args, provider, context);
  if (given !== null) return store(wanted, given, context);
  const open = hasBrowser({ environment, platform: process.platform, hasTerminal: stdin.isTTY === true || stderr.isTTY === true });
  if (args.form === true || (args.browser && open))
    return loginInBrowser({ target, host: placeOf(args) ?? null, force, checks, timeoutMs, open }, context);
  if (!context.ask.canAsk) throw nobodyToAsk(args, provider);
  return store(wanted, await askFields(provider, context), context);
}

function loginByFlow(
  flow: NonNullable<ReturnType<typeof readFlow>>,
  { args, provider, target, timeoutMs, flows }: Omit<Login, "checks"> & { readonly flows: readonly string[] },
  context: Context,
): Promise<StoredConnection> {
  const { environment, stdin, stderr } = context.world;
  const hasTerminal = stdin.isTTY === true || stderr.isTTY === true;
  const open = args.browser && hasBrowser({ environment, platform: process.platform, hasTerminal });
  const isSeen = open || !args.browser || args.form === true || (hasTerminal && !isUnattended(environment));
  const host = placeOf(args) ?? null;
  return loginWithOAuth(flow, { flags: args, provider, flows, target, host, force: args.force === true, timeoutMs, open, isSeen }, context);
}

function loginBySource(
  flow: ComputedFlow,
  { args, provider, target, timeoutMs }: Omit<Login, "checks">,
  context: Context,
): Promise<StoredConnection> {
  const { environment, stdin, stderr } = context.world;
  const open = hasBrowser({ environment, platform: process.platform, hasTerminal: stdin.isTTY === true || stderr.isTTY === true });
  const withForm = args.form === true || (args.browser && open);
  const command = { flags: args, provider, target, host: placeOf(args) ?? null, force: args.force === true, timeoutMs, open, withForm };
  return loginByComputing(flow, command, context);
}

/** A value that only looks unusual is the person's to judge. */
async function store({ args, target, checks }: Login, typed: FieldValues, context: Context): Promise<StoredConnection> {
  const place = placeOf(args);
  const fields = place === undefined ? typed : { ...typed, [HOST_FIELD]: place };
  const params = { ...target, fields, force: args.force === true };
  try {
    return await context.call("connection.store", { ...params, checks });
  } catch (error) {
    if (!(error instanceof KeywardError && error.code === "KEY_UNUSUAL" && context.ask.canAsk)) throw error;
    context.out.warn(error.message);
    await context.ask.confirm("Store it as it is?", false);
    return context.call("connection.store", { ...params, checks: { ...checks, anyShape: true } });
  }
}

/** Nobody is asked for a host that the command names. @throws USAGE for a provider whose hosts are all known */
function withoutGivenHost(provider: ProviderInfo, { host, baseUrl }: LoginArguments): ProviderInfo {
  if (host === undefined && baseUrl === undefined) return provider;
  const fields = provider.fields.filter((field) => field.name !== HOST_FIELD);
  // Whether there are servers of one's own at all, the daemon says: it has the definition.
  if (fields.length < provider.fields.length || baseUrl !== undefined) return { ...provider, fields };
  throw new KeywardError("USAGE", `${provider.name} has no hosts of its users' own, so --host means nothing for it`, {
    hint: `keyward provider show ${provider.id}`,
  });
}

/** Of {tenant}, or a server of the user's own. */
function placeOf({ host, baseUrl }: LoginArguments): string | undefined {
  return baseUrl ?? host;
}

interface FoundProvider {
  readonly info: ProviderInfo;
  /** Of its OAuth section. */
  readonly flows: readonly string[];
}

async function findProvider(id: string, context: Context): Promise<FoundProvider> {
  // What cannot be an id may well be a key: it is not repeated.
  if (!PROVIDER_ID_PATTERN.test(id)) {
    throw new KeywardError("NAME_INVALID", "the first argument of login is the id of a provider, and a key is never an argument", {
      hint: "keyward provider list",
    });
  }
  try {
    const { info, definition } = await context.call("provider.show", { profile: context.profile, provider: id });
    const { oauth } = (definition ?? {}) as { readonly oauth?: { readonly flows?: readonly string[] } };
    return { info, flows: oauth?.flows ?? [] };
  } catch (error) {
    if (!(error instanceof KeywardError && error.code === "PROVIDER_UNKNOWN" && id.length >= 20)) throw error;
    throw new KeywardError("PROVIDER_UNKNOWN", "no provider has this id", { hint: "keyward provider list" });
  }
}

async function refuseExisting(target: ConnectionParams, context: Context): Promise<void> {
  const { connections } = await context.call("connection.list", { profile: target.profile });
  const same = connections.filter((connection) => connection.provider === target.provider);
  const found = same.find((connection) => (target.connection === null ? connection.isDefault : connection.name === target.connection));
  if (found === undefined) return;
  throw new KeywardError("CONNECTION_EXISTS", `${describeConnection(found)} is already connected`, {
    hint: `add --force to replace its key, or --connection NAME to keep another beside it`,
  });
}

function report(stored: StoredConnection, { out }: Context): void {
  for (const notice of stored.notices) out.note(notice);
  out.line(`Successfully logged in to ${describeConnection(stored)}`);
  out.object({ provider: stored.provider, connection: stored.name, id: stored.id, replaced: stored.replaced, notices: stored.notices });
}

function keyInArgv(): KeywardError {
  return new KeywardError(
    "KEY_IN_ARGV",
    "login takes no key as an argument: the shell's history keeps arguments and every process can see them",
    {
      hint: "treat a real key you just typed as leaked and replace it; then: keyward login PROVIDER, or pipe it into keyward login PROVIDER --stdin",
    },
  );
}

function nobodyToAsk(args: LoginArguments, provider: ProviderInfo): KeywardError {
  const variable = provider.fields.map((field) => field.env[0] ?? "VAR");
  const name = args.connection === undefined ? "" : ` --connection ${args.connection}`;
  const several = provider.fields.filter((field) => !field.optional).length > 1;
  const list = several ? provider.fields.map((field, at) => `${field.name}=${variable[at]}`).join(",") : (variable[0] ?? "VAR");
  return new KeywardError("INPUT_NEEDED", "there is no browser and no terminal to ask for the key", {
    hint: `keyward login ${provider.id}${name} --from-env ${list}   (or --stdin, --from-file FILE)`,
  });
}
