// Turns what somebody pasted or piped into one field's value: strips what came along with it, then holds it to the field's shape.
// In: the raw text and the field it is for. Out: the value as a Secret and a notice for each thing removed.
// No message holds the value or a part of it.
import { KeywardError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import type { Provider, ProviderField } from "../providers/schema.ts";

export interface ValueContext {
  readonly provider: Provider;
  readonly field: ProviderField;
  /** Store it although it fails the field's pattern. */
  readonly anyShape?: boolean | undefined;
  /** What becomes of a value that fails a pattern not every source agrees on; stored with a notice unless said. */
  readonly doubtful?: "ask" | "warn" | undefined;
  /** Is it a placeholder of this profile? Storing one as a key would send it upstream. */
  readonly isPlaceholder?: ((text: string) => boolean) | undefined;
}

export interface FieldValue {
  readonly value: Secret;
  /** "a pasted 'Bearer ' was removed" */
  readonly notices: readonly string[];
}

/** Servers refuse larger header fields; no provider's key comes near. */
const MAX_LENGTH = 8192;
/** With all that may come along; more is a whole file, and not worth taking apart. */
const MAX_RAW_LENGTH = 8 * MAX_LENGTH;
/** What copying from web pages brings along: byte order mark, no-break and zero-width spaces. */
const SPACE = /[\s\ufeff\u00a0\u200b-\u200d\u2060]/;
const QUOTES = ['""', "''", "``", "\u201c\u201d", "\u2018\u2019"];
const KEYWORD_ASSIGNMENT = /^(export\s+|declare\s+-x\s+|set\s+|\$env:)([A-Za-z_][A-Za-z0-9_]*)\s*=/i;
const PLAIN_ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)\s*=/;
const SCHEME = /^(bearer|token)(?:\s+|$)/i;

/** @throws KEY_EMPTY, KEY_SHAPE */
export function readValue(raw: string, context: ValueContext): FieldValue {
  const { provider, field } = context;
  if (raw.length > MAX_RAW_LENGTH) throw wrongShape(context, `the value for '${field.name}' is longer than ${MAX_LENGTH} characters`);
  const { text, notices } = stripAll(raw, provider);
  if (text === "") {
    throw new KeywardError("KEY_EMPTY", `no ${field.label.toLowerCase()} was given for ${provider.name}`, {
      hint: whereToGet(provider),
      detail: { provider: provider.id, field: field.name },
    });
  }
  const fault = characterFault(text) ?? basicFault(text, context);
  if (fault !== null) throw wrongShape(context, `the value for '${field.name}' ${fault}`);
  if (context.isPlaceholder?.(text) === true) {
    throw wrongShape(context, "this is a placeholder that keyward gave to a program, not a key");
  }
  const unusual = shapeNotice(text, context);
  return { value: new Secret(text), notices: unusual === null ? notices : [...notices, unusual] };
}

/** null when the value has the shape, or any shape will do. @throws KEY_SHAPE, KEY_UNUSUAL */
function shapeNotice(text: string, context: ValueContext): string | null {
  const { provider, field, anyShape } = context;
  if (anyShape === true || field.pattern === undefined || new RegExp(field.pattern).test(text)) return null;
  const shape = field.hint ?? `the value does not have the shape of a ${provider.name} ${field.label.toLowerCase()}`;
  const detail = { provider: provider.id, field: field.name, overridable: true };
  if (field.patternCheck === "refuse")
    throw new KeywardError("KEY_SHAPE", shape, { hint: `${whereToGet(provider)}; --any-shape stores it as it is`, detail });
  const notice = `the value does not look as usual: ${shape}`;
  if (context.doubtful !== "ask") return notice;
  throw new KeywardError("KEY_UNUSUAL", notice, { hint: "if it is right: --any-shape", detail });
}

interface Stripped {
  readonly text: string;
  readonly notice: string;
}

/** Every kind of wrapping in any order, each noticed once. Each round shortens the text, so it ends. */
function stripAll(raw: string, provider: Provider): { text: string; notices: string[] } {
  const notices = new Set<string>();
  let text = raw;
  for (;;) {
    const stripped = stripSpace(text) ?? stripAssignment(text, provider) ?? stripQuotes(text) ?? stripScheme(text, provider);
    if (stripped === null) return { text, notices: [...notices] };
    text = stripped.text;
    notices.add(stripped.notice);
  }
}

function stripSpace(text: string): Stripped | null {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text[start] ?? "")) start += 1;
  while (end > start && SPACE.test(text[end - 1] ?? "")) end -= 1;
  return end - start === text.length ? null : { text: text.slice(start, end), notice: "surrounding white space was removed" };
}

/** `export X=`, `set X=`, `$env:X=`; `X=` alone only when X can hardly be part of a key. */
function stripAssignment(text: string, provider: Provider): Stripped | null {
  const [, keyword, keywordName] = KEYWORD_ASSIGNMENT.exec(text) ?? [];
  if (keyword !== undefined && keywordName !== undefined)
    return afterEquals(text, `${keyword.trim()}${keyword.endsWith(":") ? "" : " "}${keywordName}`);
  const name = PLAIN_ASSIGNMENT.exec(text)?.[1];
  if (name === undefined) return null;
  const isDeclared = provider.fields.some((field) => field.env.includes(name) || field.name === name);
  const isVariable = isDeclared || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name);
  return isVariable ? afterEquals(text, name) : null;
}

function afterEquals(text: string, before: string): Stripped {
  return { text: text.slice(text.indexOf("=") + 1), notice: `a pasted '${before.slice(0, 60)}=' was removed` };
}

function stripQuotes(text: string): Stripped | null {
  const isQuoted = text.length >= 2 && QUOTES.includes(`${text[0] ?? ""}${text[text.length - 1] ?? ""}`);
  return isQuoted ? { text: text.slice(1, -1), notice: "surrounding quotes were removed" } : null;
}

/** `Bearer x`, and a whole header line `x-api-key: x` of a header the provider declares. */
function stripScheme(text: string, provider: Provider): Stripped | null {
  const scheme = SCHEME.exec(text);
  if (scheme !== null) return { text: text.slice(scheme[0].length), notice: `a pasted '${scheme[1] ?? ""} ' was removed` };
  const headers = provider.inject.flat().flatMap((place) => (place.in === "header" ? [place.name] : []));
  const header = [...headers, "Authorization"].find((name) => text.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return header === undefined ? null : { text: text.slice(header.length + 1), notice: `a pasted '${header}:' was removed` };
}

/** Header fields carry visible ASCII and spaces; everything else is a slip of the clipboard. */
function characterFault(text: string): string | null {
  if (text.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (/[\r\n]/.test(text)) return "holds a line break: it is more than one line";
  const at = text.search(/[^\x20-\x7e]/);
  if (at < 0) return null;
  const kind = text.charCodeAt(at) < 0x20 || text.charCodeAt(at) === 0x7f ? "a control character" : "a character that is not ASCII";
  return `holds ${kind} at position ${at + 1}`;
}

/** In Basic authentication the first ':' ends the user name (RFC 7617). */
function basicFault(text: string, { provider, field }: ValueContext): string | null {
  const isUserName = provider.inject.flat().some((place) => place.in === "basic" && place.username.includes(`{${field.name}}`));
  return isUserName && text.includes(":") ? "holds a ':', which a user name cannot" : null;
}

function wrongShape({ provider, field }: ValueContext, message: string): KeywardError {
  return new KeywardError("KEY_SHAPE", message, {
    hint: whereToGet(provider),
    detail: { provider: provider.id, field: field.name },
  });
}

function whereToGet(provider: Provider): string {
  return provider.keysUrl === undefined ? "copy the whole value and try again" : `copy the whole value from ${provider.keysUrl}`;
}
