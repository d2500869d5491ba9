// The values of a login that come from text instead of a form: standard input, variables, a file, a masked prompt.
// In: the provider's fields and a source. Out: field name → value. Shape is checked by the daemon; here only names.
// No message repeats a value, or a name that could be one.
import type { FieldInfo, ProviderInfo } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readStdin, readTextFile } from "../input/read-text.ts";

/** The name under which a login gives the host of a provider whose users have hosts of their own. */
export const HOST_FIELD = "host";

export type FieldValues = Readonly<Record<string, string>>;

export interface FieldSources {
  readonly stdin?: boolean;
  readonly fromEnv?: string;
  readonly fromFile?: string;
}

/** The source the flags name, or null when they name none. @throws USAGE, INPUT_UNREADABLE, KEY_EMPTY, FIELD_UNKNOWN */
export async function readGivenFields(sources: FieldSources, provider: ProviderInfo, context: Context): Promise<FieldValues | null> {
  if (sources.stdin === true && context.ask.canAsk) return askFields(provider, context);
  if (sources.stdin === true) return fieldsFromText(await readStdin(context.world.stdin), provider);
  if (sources.fromEnv !== undefined) return fieldsFromVariables(sources.fromEnv, provider, context);
  if (sources.fromFile === undefined) return null;
  const file = readTextFile(sources.fromFile, context.world.cwd);
  if (file.exposed) context.out.warn(`${file.path} can be read by other users of this machine; chmod 600 it, or remove it now`);
  return fieldsFromText(file.text, provider);
}

/** One question per field, secrets masked. @throws INPUT_NEEDED, LOGIN_CANCELLED */
export async function askFields(provider: ProviderInfo, context: Context): Promise<FieldValues> {
  if (provider.keysUrl !== null && context.ask.canAsk) context.out.note(`Create a key at ${provider.keysUrl}`);
  const values: Record<string, string> = {};
  for (const field of provider.fields) {
    const question = {
      label: `${provider.name}: ${describeField(field)}`,
      instead: "--stdin, --from-env VAR or --from-file FILE",
      cancelled: "LOGIN_CANCELLED",
    } as const;
    const value = field.secret ? await context.ask.secret(question) : await context.ask.text(question);
    if (value.trim() !== "") values[field.name] = value;
    else if (!field.optional) throw empty([field.name]);
  }
  return values;
}

/** A hint is worth its line only where the value is no key: what a host looks like. */
function describeField(field: FieldInfo): string {
  if (field.optional) return `${field.label} (optional)`;
  return field.name === HOST_FIELD && field.hint !== null ? `${field.label} (${field.hint})` : field.label;
}

/** The whole text for a provider with one field, `name=value` lines for several. */
export function fieldsFromText(text: string, provider: ProviderInfo): FieldValues {
  const [only, ...others] = provider.fields;
  if (only === undefined || others.length === 0 || isBareValue(text, provider)) {
    const value = text.replace(/^\ufeff/, "").replace(/(?:\r?\n)+$/, "");
    if (value.trim() === "") throw empty([only?.name ?? "key"]);
    return { [soleField(provider)?.name ?? only?.name ?? "key"]: value };
  }
  const values: Record<string, string> = {};
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    if (at < 0)
      throw new KeywardError("USAGE", `${provider.id} has several fields: ${linesOf(provider.fields)}`, {
        hint: provider.fields.some((field) => field.name === HOST_FIELD)
          ? "one name=value line each, or --host HOST"
          : "one name=value line each",
      });
    values[knownField(line.slice(0, at).trim(), provider)] = line.slice(at + 1);
  }
  return complete(values, provider);
}

/** The one field that a login must give, when the others are optional. */
function soleField(provider: ProviderInfo): FieldInfo | undefined {
  const required = provider.fields.filter((field) => !field.optional);
  return required.length === 1 ? required[0] : undefined;
}

/** One line without a field's name in front: the value of the sole field that is required. */
function isBareValue(text: string, provider: ProviderInfo): boolean {
  const line = text.replace(/^\ufeff/, "").trim();
  const name = line.includes("=") ? line.slice(0, line.indexOf("=")).trim() : "";
  return soleField(provider) !== undefined && !/[\r\n]/.test(line) && !provider.fields.some((field) => field.name === name);
}

/** `VAR` for one field, `name=VAR,name=VAR` for several. */
function fieldsFromVariables(text: string, provider: ProviderInfo, context: Context): FieldValues {
  const only = soleField(provider)?.name;
  const values: Record<string, string> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    if (at < 0 && only === undefined) {
      throw new KeywardError("USAGE", `${provider.id} has several fields: ${linesOf(provider.fields)}`, {
        hint: `--from-env ${provider.fields.map((field) => `${field.name}=${field.env[0] ?? "VAR"}`).join(",")}`,
      });
    }
    const name = at < 0 ? (only ?? "") : knownField(part.slice(0, at).trim(), provider);
    values[name] = readGivenVariable(part.slice(at + 1).trim(), context);
  }
  return complete(values, provider);
}

function readGivenVariable(name: string, context: Context): string {
  const value = context.world.environment[name];
  if (value !== undefined && value !== "") return value;
  // Only a name that looks like one is repeated: a key given by mistake does not.
  const shown = /^[A-Z_][A-Z_0-9]{0,63}$/.test(name) ? ` ${name}` : " named by --from-env";
  throw new KeywardError("INPUT_UNREADABLE", `the variable${shown} is not set`, {
    hint: "--from-env takes the name of a variable, never a value",
  });
}

function knownField(name: string, provider: ProviderInfo): string {
  if (provider.fields.some((field) => field.name === name)) return name;
  throw new KeywardError(
    "FIELD_UNKNOWN",
    `${provider.id} has no such field; its fields are ${provider.fields.map((field) => field.name).join(", ")}`,
  );
}

function complete(values: Readonly<Record<string, string>>, provider: ProviderInfo): FieldValues {
  const missing = provider.fields.filter((field) => !field.optional && (values[field.name] ?? "").trim() === "").map((field) => field.name);
  if (missing.length > 0) throw empty(missing);
  return values;
}

function empty(names: readonly string[]): KeywardError {
  return new KeywardError("KEY_EMPTY", `no value was given for ${names.join(", ")}`);
}

function linesOf(fields: readonly FieldInfo[]): string {
  return fields.map((field) => `${field.name} (${field.label})`).join(", ");
}
