// One audit record as one line of text, and back. The fields are copied one by one from a fixed list, so nothing a caller adds
// by mistake is ever written; every text is made harmless to terminals, logs and JSON readers.
// In: a record, its place in the chain. Out: the line and its hash. docs/formats.md describes the line.
import { createHash, hash as hashAtOnce } from "node:crypto";
import type { Checkpoint } from "./seal/checkpoint.ts";
import type { AuditKind, AuditRecord } from "./sink.ts";

/** "release": a credential is about to leave; the record of the same request follows. */
export type WrittenKind = AuditKind | "release";

export interface ChainPlace {
  readonly seq: number;
  readonly atMs: number;
  /** Hash of the record before, 64 zeros for the first. */
  readonly prev: string;
  /** SHA-256 of what a crash left of the line before, when it did. */
  readonly torn: string | null;
}

/** What a line holds. Only a checkpoint has the fields of one, and none of a request's. */
export interface WrittenRecord extends Omit<AuditRecord, "kind">, Partial<Checkpoint>, ChainPlace {
  readonly kind: WrittenKind | "checkpoint";
  readonly hash: string;
}

export const GENESIS = "0".repeat(64);

const MAX_NAME_CHARS = 128;
const MAX_HOST_CHARS = 255;
const MAX_PATH_CHARS = 2_048;
const HASH_FIELD = ',"hash":"';
/** `,"hash":"` + 64 digits + `"}` */
const HASH_TAIL_CHARS = HASH_FIELD.length + 64 + 2;
const RUN_LEVELS: readonly string[] = ["L0", "L1", "L2", "L1+L2"];
const CREDENTIAL_WORDS: readonly string[] = ["injected", "filled", "own", "none"];
/** Printable ASCII without quotes and backslashes. */
const NEEDS_NO_ESCAPE = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

interface WrittenLine {
  readonly line: string;
  readonly hash: string;
}

export function writeRecordLine(kind: WrittenKind, record: AuditRecord, place: ChainPlace): WrittenLine {
  // JSON, written by hand: twice for every request, and half of what JSON.stringify costs. A field without a value is not in the line.
  let text = `{"seq":${place.seq},"atMs":${place.atMs},"kind":"${kind}","requestId":${quoted(plain(record.requestId, MAX_NAME_CHARS) ?? "")}`;
  text += textField("runId", plain(record.runId, MAX_NAME_CHARS));
  text += textField("provider", plain(record.provider, MAX_NAME_CHARS));
  text += textField("connection", plain(record.connection, MAX_NAME_CHARS));
  text += textField("method", plain(record.method, MAX_NAME_CHARS));
  text += textField("host", plain(record.host, MAX_HOST_CHARS));
  text += numberField("port", count(record.port));
  text += textField("path", plainPath(record.path));
  text += textField(
    "credential",
    CREDENTIAL_WORDS.find((word) => word === record.credential),
  );
  text += numberField("status", count(record.status));
  text += numberField("bytesUp", count(record.bytesUp));
  text += numberField("bytesDown", count(record.bytesDown));
  text += numberField("masked", count(record.masked));
  text += numberField("ms", duration(record.ms));
  text += textField("code", plain(record.code, MAX_NAME_CHARS));
  text += textField(
    "level",
    RUN_LEVELS.find((level) => level === record.level),
  );
  text += textField("torn", place.torn ?? undefined);
  return withHash(`${text},"prev":"${place.prev}"}`);
}

function textField(name: string, value: string | undefined): string {
  return value === undefined ? "" : `,"${name}":${quoted(value)}`;
}

function numberField(name: string, value: number | undefined): string {
  return value === undefined ? "" : `,"${name}":${value}`;
}

/** As JSON writes it; nearly every text is itself between two quotes. */
function quoted(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
}

export function writeCheckpointLine({ count: counted, key, signature }: Checkpoint, { seq, atMs, prev, torn }: ChainPlace): WrittenLine {
  return withHash(JSON.stringify({ seq, atMs, kind: "checkpoint", count: counted, key, signature, torn: torn ?? undefined, prev }));
}

function withHash(text: string): WrittenLine {
  const hash = sha256(text);
  return { line: `${text.slice(0, -1)}${HASH_FIELD}${hash}"}`, hash };
}

/** The record of a line that is whole and whose hash fits; null for anything else. Says nothing about its place in the chain. */
export function readRecordLine(line: string): WrittenRecord | null {
  const body = line.slice(0, -HASH_TAIL_CHARS);
  const hash = line.slice(-66, -2);
  if (line.slice(body.length) !== `${HASH_FIELD}${hash}"}` || sha256(`${body}}`) !== hash) return null;
  try {
    const record = JSON.parse(line) as WrittenRecord;
    return Number.isSafeInteger(record.seq) && record.hash === hash ? record : null;
  } catch {
    return null;
  }
}

export function sha256(content: string | Buffer): string {
  // Twice for every request: one call without an object of its own costs half.
  return typeof content === "string" ? hashAtOnce("sha256", content, "hex") : createHash("sha256").update(content).digest("hex");
}

const HARMLESS = /^[\x20-\x7e]*$/;
/** Control, format (bidi, zero width), line separators, lone surrogates: what could act on a terminal or hide in one. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function plain(text: string | null | undefined, maxChars: number): string | undefined {
  if (typeof text !== "string") return undefined;
  if (text.length <= maxChars && HARMLESS.test(text)) return text;
  const escaped = text.slice(0, maxChars).replace(HARMFUL, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  // Cutting may leave half a surrogate pair at the end.
  return escaped.slice(0, maxChars).replace(/[\ud800-\udbff]$/, "");
}

/** A query can hold anything, so it ends before it, whoever forgot to cut it. */
function plainPath(path: string | null | undefined): string | undefined {
  if (typeof path !== "string") return undefined;
  const end = path.search(/[?#]/);
  return plain(end < 0 ? path : path.slice(0, end), MAX_PATH_CHARS);
}

function count(value: number | null | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

/** Milliseconds to three digits: a clock gives sixteen. */
function duration(value: number | null | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? Math.round(value * 1_000) / 1_000 : undefined;
}
