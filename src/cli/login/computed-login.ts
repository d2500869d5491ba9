// The login of `keyward login --flow app|service-account|assume-role|sso|key-pair`: collects what a credential is computed from.
// In: flags, the provider's own list of inputs. Out: what was stored. A secret comes from a file, standard input, a variable or the form;
// --set takes the inputs that are none and refuses the others. Shapes are checked by the daemon.
import type { ComputedLogin } from "../../control/authorize.ts";
import type { ConnectionParams, FieldInfo, ProviderInfo, StoredConnection } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { COMPUTED_FLOWS, type ComputedFlow } from "../../core/grant.ts";
import type { Context } from "../context.ts";
import { readStdin, readTextFile } from "../input/read-text.ts";
import { loginInBrowser } from "./browser-login.ts";
import { HOST_FIELD } from "./typed-fields.ts";

export interface ComputedFlags {
  readonly flow?: string;
  readonly set?: readonly string[];
  readonly scope?: string;
  readonly stdin?: boolean;
  readonly fromEnv?: string;
  readonly fromFile?: string;
  readonly form?: boolean;
}

export interface ComputedLoginCommand {
  readonly flags: ComputedFlags;
  readonly provider: ProviderInfo;
  readonly target: ConnectionParams;
  /** Of {tenant}, or a server of the user's own. */
  readonly host: string | null;
  readonly force: boolean;
  readonly timeoutMs: number;
  /** There is a browser to open the form in. */
  readonly open: boolean;
  /** The form is wanted where nothing else says where the secret is. */
  readonly withForm: boolean;
}

/** No key file comes near. */
const MAX_CHARS = 64 * 1_024;

/** null: a flow of another kind, or none. */
export function readComputedFlow(flow: string | undefined): ComputedFlow | null {
  return COMPUTED_FLOWS.find((name) => name === flow) ?? null;
}

/** @throws USAGE, INPUT_*, KEY_*, OAUTH_*, and what the daemon says */
export async function loginByComputing(flow: ComputedFlow, command: ComputedLoginCommand, context: Context): Promise<StoredConnection> {
  const { flags, provider, target, host, force, timeoutMs, open, withForm } = command;
  const login = requireLogin(provider, flow);
  const set = readSet(flags, login);
  const text = await readSecretText(flags, context);
  const checks = { anyShape: false, doubtful: "warn", verify: false } as const;
  if (text === null && withForm)
    return loginInBrowser({ target, host, force, checks, timeoutMs, open, computed: { flow, given: set } }, context);
  const place = host === null ? {} : { [HOST_FIELD]: host };
  const given = { ...place, ...set, ...(text === null ? {} : { [login.fileField]: text }) };
  const fields = { ...given, ...(await askForRest(login, given, { provider, context })) };
  return context.call("connection.store", { ...target, fields, force, checks, flow });
}

function requireLogin(provider: ProviderInfo, flow: ComputedFlow): ComputedLogin {
  const found = provider.computed?.find((login) => login.flow === flow);
  if (found !== undefined) return found;
  throw new KeywardError("OAUTH_UNSUPPORTED", `${provider.name} has no login by '${flow}'`, {
    hint: `keyward provider show ${provider.id}`,
  });
}

/** `name=value` each; --scope is one of them where the flow has scopes. */
function readSet({ set = [], scope }: ComputedFlags, login: ComputedLogin): Record<string, string> {
  const values: Record<string, string> = {};
  const scopes = login.fields.find(({ name }) => name === "scopes");
  if (scope !== undefined && scopes === undefined) throw new KeywardError("USAGE", `--scope means nothing with --flow ${login.flow}`);
  if (scope !== undefined) values["scopes"] = scope;
  for (const pair of set) {
    const at = pair.indexOf("=");
    const name = at < 0 ? "" : pair.slice(0, at).trim();
    const field = login.fields.find((candidate) => candidate.name === name);
    if (field === undefined) throw new KeywardError("FIELD_UNKNOWN", `--set takes name=value; the names are ${publicNames(login)}`);
    if (field.secret)
      throw new KeywardError("KEY_IN_ARGV", `'${name}' is a secret and never an argument`, {
        hint: "treat what you just typed as leaked; then: --from-file FILE or --stdin",
      });
    values[name] = pair.slice(at + 1);
  }
  return values;
}

function publicNames({ fields }: ComputedLogin): string {
  return fields.flatMap(({ name, secret }) => (secret ? [] : [name])).join(", ");
}

/** The whole of a file, of standard input or of a variable; null = the flags name none. */
async function readSecretText({ stdin, fromEnv, fromFile }: ComputedFlags, context: Context): Promise<string | null> {
  if (stdin === true && context.ask.canAsk)
    throw new KeywardError("INPUT_NEEDED", "--stdin is for a pipe: a key that is typed here would be shown", { hint: "--from-file FILE" });
  const text = stdin === true ? await readStdin(context.world.stdin) : (readVariable(fromEnv, context) ?? readFile(fromFile, context));
  if (text !== null && text.trim() === "") throw new KeywardError("KEY_EMPTY", "what was given is empty");
  if (text !== null && text.length > MAX_CHARS)
    throw new KeywardError("KEY_SHAPE", `what was given has more than ${MAX_CHARS / 1_024} KiB: it is no key file`);
  return text;
}

function readVariable(name: string | undefined, { world }: Context): string | null {
  if (name === undefined) return null;
  const value = world.environment[name];
  if (value !== undefined && value !== "") return value;
  // Only a name that looks like one is repeated: a key given by mistake does not.
  const shown = /^[A-Z_][A-Z_0-9]{0,63}$/.test(name) ? ` ${name}` : " named by --from-env";
  throw new KeywardError("INPUT_UNREADABLE", `the variable${shown} is not set`, {
    hint: "--from-env takes the name of a variable, never a value",
  });
}

function readFile(path: string | undefined, { world, out }: Context): string | null {
  if (path === undefined) return null;
  const file = readTextFile(path, world.cwd);
  if (file.exposed) out.warn(`${file.path} can be read by other users of this machine; chmod 600 it, or remove it now`);
  return file.text;
}

/** What is needed and not given: asked for where somebody is there; of the secret, the path of its file. */
async function askForRest(
  login: ComputedLogin,
  given: Readonly<Record<string, string>>,
  { provider, context }: { readonly provider: ProviderInfo; readonly context: Context },
): Promise<Record<string, string>> {
  const missing = login.fields.filter(({ name, optional }) => !optional && (given[name] ?? "").trim() === "");
  if (missing.length === 0) return {};
  if (!context.ask.canAsk) throw nobodyToAsk(login, missing, provider);
  context.out.note(`${login.howTo}${login.pageUrl === null ? "" : `: ${login.pageUrl}`}`);
  const values: Record<string, string> = {};
  for (const field of missing) {
    const isFile = field.name === login.fileField;
    const label = `${provider.name}: ${field.label}${isFile ? ", path of the file" : ""}`;
    const answer = await context.ask.text({
      label,
      instead: isFile ? "--from-file FILE" : `--set ${field.name}=…`,
      cancelled: "LOGIN_CANCELLED",
    });
    values[field.name] = isFile ? ((await readSecretText({ fromFile: answer.trim() }, context)) ?? "") : answer;
  }
  return values;
}

function nobodyToAsk({ flow, fileField }: ComputedLogin, missing: readonly FieldInfo[], { id }: ProviderInfo): KeywardError {
  const flags = missing.map(({ name }) =>
    name === fileField ? "--from-file FILE" : name === HOST_FIELD ? "--host HOST" : `--set ${name}=…`,
  );
  const names = missing.map(({ label }) => label.toLowerCase()).join(", ");
  return new KeywardError("INPUT_NEEDED", `--flow ${flow} also needs: ${names}`, {
    hint: `keyward login ${id} --flow ${flow} ${flags.join(" ")}`,
  });
}
