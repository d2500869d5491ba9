// The shape of every token the hub gives out: `kw_<kind>_<40 base62><6 base62 of CRC-32>`, 238 random bits.
// In: a kind, or a text from outside. Out: a token, or whether a text can be one at all: a typo costs no database query, and scanners find leaks.
import { crc32 } from "node:zlib";
import { randomText } from "../../core/ids.ts";

/** ses session · ref refresh · pat API token · dev device · run gateway run · inv invitation · web browser session · usr device code. */
export type TokenKind = "ses" | "ref" | "pat" | "dev" | "run" | "inv" | "web" | "dvc";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY_LENGTH = 40;
const CHECK_LENGTH = 6;
const TOKEN = /^kw_(ses|ref|pat|dev|run|inv|web|dvc)_([0-9A-Za-z]{40})([0-9A-Za-z]{6})$/;

/** For scanners and for keyward's own redaction. */
export const TOKEN_PATTERN = String.raw`\bkw_(?:ses|ref|pat|dev|run|inv|web|dvc)_[0-9A-Za-z]{46}\b`;

/** What a list shows of a token. */
export const PREFIX_LENGTH = 12;

export function newHubToken(kind: TokenKind): string {
  return tokenOf(kind, randomText(BODY_LENGTH));
}

/** A token whose 40 characters come from elsewhere (see `successorOf`). */
export function tokenOf(kind: TokenKind, body: string): string {
  return `kw_${kind}_${body}${checkOf(kind, body)}`;
}

/** Its kind, or null for what no hub ever gave out. */
export function kindOf(token: string): TokenKind | null {
  const [, kind, body = "", check] = TOKEN.exec(token) ?? [];
  return kind !== undefined && check === checkOf(kind, body) ? (kind as TokenKind) : null;
}

function checkOf(kind: string, body: string): string {
  let rest = crc32(`kw_${kind}_${body}`);
  let text = "";
  for (let place = 0; place < CHECK_LENGTH; place += 1) {
    text = BASE62.charAt(rest % BASE62.length) + text;
    rest = Math.floor(rest / BASE62.length);
  }
  return text;
}

/** 40 base62 characters out of 64 random bytes or more: two bytes a character keep the bias below 0.1 %. */
export function bodyFrom(bytes: Buffer): string {
  let body = "";
  for (let place = 0; place < BODY_LENGTH; place += 1) body += BASE62.charAt(bytes.readUInt16BE(place * 2) % BASE62.length);
  return body;
}
