// The strict lane's one grammar of HTTP/1.1 heads (RFC 9112), read from bytes without building header objects.
// In: the bytes up to and including the empty line. Out: a head, or null: not canonical, somebody else must decide.
// Whatever this file does not recognise it does not guess.
import type { RawHeaders } from "../../core/headers.ts";
import { isNameCode, isValueCode } from "../../core/shapes/field-characters.ts";

/** How the body ends. `none` has no body; `close` ends with the connection (responses only). */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly framing: Framing;
  /** The client wants the connection closed after the answer. */
  readonly wantsClose: boolean;
}

export interface StrictResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: RawHeaders;
  readonly framing: Framing;
  readonly wantsClose: boolean;
}

const REQUEST_LINE = /^([A-Z][A-Z-]{0,31}) (\/[\x21\x22\x24-\x7e]*) HTTP\/1\.1$/;
// Any three digits: a status class of its own invention is the client's to judge (RFC 9110 §15).
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const STATUS_START = "HTTP/1.";
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
/** Fields that mean more than bytes to carry: the general lane knows what to do with them. */
const GENERAL_ONLY = new Set(["upgrade", "expect", "te", "trailer", "proxy-connection", "http2-settings", "keep-alive"]);
/** Names some servers read as a framing field. */
const FRAMING_TWINS = new Set(["content_length", "content.length", "transfer_encoding", "transfer.encoding"]);

export function readRequestHead(text: string): StrictRequest | null {
  const lineEnd = text.indexOf("\r\n");
  const line = REQUEST_LINE.exec(text.slice(0, Math.max(lineEnd, 0)));
  const fields = line === null ? null : readFields(text, lineEnd + 2);
  if (line === null || fields === null || fields.hostCount !== 1 || fields.isGeneral) return null;
  if (fields.connection !== null && fields.connection !== "keep-alive" && fields.connection !== "close") return null;
  if (fields.lengthCount + fields.encodingCount > 1) return null;
  const framing = requestFraming(fields);
  if (framing === null) return null;
  return { method: line[1] ?? "", target: line[2] ?? "", headers: fields.headers, framing, wantsClose: fields.connection === "close" };
}

/** @param method of the request it answers; a HEAD has no body whatever the head says */
export function readResponseHead(text: string, method: string): StrictResponse | null {
  const lineEnd = text.indexOf("\r\n");
  const line = STATUS_LINE.exec(text.slice(0, Math.max(lineEnd, 0)));
  const fields = line === null ? null : readFields(text, lineEnd + 2);
  if (line === null || fields === null || fields.lengthCount + fields.encodingCount > 1) return null;
  const isHttp10 = line[1] === "0";
  // HTTP/1.0 has no chunks: who sends both is read differently by everyone (RFC 9112 §6.1).
  if (isHttp10 && fields.encodingCount > 0) return null;
  const status = Number(line[2]);
  const hasNoBody = method === "HEAD" || status < 200 || status === 204 || status === 304;
  const framing = hasNoBody ? ({ kind: "none" } as const) : responseFraming(fields);
  if (framing === null) return null;
  const wantsClose = isHttp10 || framing.kind === "close" || hasToken(fields.connection, "close");
  return { status, statusText: line[3] ?? "", headers: fields.headers, framing, wantsClose };
}

export function statusLine({ status, statusText }: Pick<StrictResponse, "status" | "statusText">): string {
  return `HTTP/1.1 ${status} ${statusText}\r\n`;
}

/** Fields as they stand in a head, one a line. */
export function fieldLines(headers: RawHeaders): string {
  let text = "";
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return text;
}

/** Whether an answer whose head is not complete yet can still become one that `readResponseHead` accepts. */
export function couldBeResponse(bytes: Buffer): boolean {
  if (bytes.toString("latin1", 0, STATUS_START.length) !== STATUS_START.slice(0, bytes.length)) return false;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) return false;
  return true;
}

function hasToken(list: string | null, token: string): boolean {
  return list !== null && list.split(",").some((one) => one.trim() === token);
}

interface Fields {
  readonly headers: string[];
  hostCount: number;
  lengthCount: number;
  length: string | null;
  encodingCount: number;
  encoding: string | null;
  /** All Connection values, lower case. */
  connection: string | null;
  isGeneral: boolean;
}

/** One walk over the characters: names up to the colon, values without the spaces around them, an empty line at the very end. */
function readFields(text: string, from: number): Fields | null {
  const fields: Fields = {
    headers: [],
    hostCount: 0,
    lengthCount: 0,
    length: null,
    encodingCount: 0,
    encoding: null,
    connection: null,
    isGeneral: false,
  };
  let at = from;
  while (text.charCodeAt(at) !== CR) {
    const nameStart = at;
    while (isNameCode(text.charCodeAt(at))) at += 1;
    if (at === nameStart || text.charCodeAt(at) !== COLON) return null;
    const name = text.slice(nameStart, at);
    at += 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    const valueStart = at;
    let valueEnd = at;
    for (let code = text.charCodeAt(at); isValueCode(code); code = text.charCodeAt(at)) {
      at += 1;
      if (!isSpace(code)) valueEnd = at;
    }
    if (text.charCodeAt(at) !== CR || text.charCodeAt(at + 1) !== LF) return null;
    at += 2;
    const value = text.slice(valueStart, valueEnd);
    fields.headers.push(name, value);
    noteField(fields, name.toLowerCase(), value);
  }
  return at + 2 === text.length && text.charCodeAt(at + 1) === LF ? fields : null;
}

/** The rest of `line` without spaces and tabs around it; `trim` would also take others, which are not allowed there. */
export function withoutOuterSpace(line: string, from: number): string {
  let start = from;
  let end = line.length;
  while (start < end && isSpace(line.charCodeAt(start))) start += 1;
  while (end > start && isSpace(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}

function noteField(fields: Fields, name: string, value: string): void {
  switch (name) {
    case "host":
      fields.hostCount += 1;
      break;
    case "content-length":
      fields.lengthCount += 1;
      fields.length = value;
      break;
    case "transfer-encoding":
      fields.encodingCount += 1;
      fields.encoding = value.toLowerCase();
      break;
    case "connection":
      fields.connection = fields.connection === null ? value.toLowerCase() : `${fields.connection},${value.toLowerCase()}`;
      break;
    default:
      if (GENERAL_ONLY.has(name) || FRAMING_TWINS.has(name)) fields.isGeneral = true;
  }
}

function requestFraming(fields: Fields): Framing | null {
  if (fields.encodingCount > 0) return fields.encoding === "chunked" ? { kind: "chunked" } : null;
  if (fields.length === null) return { kind: "none" };
  // Zeros in front are octal to some: the general lane writes the number anew.
  const bytes = /^0\d/.test(fields.length) ? null : plainLength(fields.length);
  if (bytes === null) return null;
  return bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}

function responseFraming(fields: Fields): Framing | null {
  if (fields.encodingCount > 0) return fields.encoding === "chunked" ? { kind: "chunked" } : null;
  if (fields.length === null) return { kind: "close" };
  const bytes = plainLength(fields.length);
  if (bytes === null) return null;
  return bytes === 0 ? { kind: "none" } : { kind: "length", bytes };
}

function plainLength(text: string): number | null {
  if (!/^\d{1,16}$/.test(text)) return null;
  const bytes = Number(text);
  return bytes <= Number.MAX_SAFE_INTEGER ? bytes : null;
}
