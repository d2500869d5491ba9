// New tokens of a hub: 40 random characters, 238 bits, in the shape that core/shapes/hub-token.ts reads.
// In: a kind, or bytes that stand for a successor. Out: a token, which whoever asks gives out once and keeps nowhere.
import { randomText } from "../../core/ids.ts";
import { type TokenKind, tokenOf } from "../../core/shapes/hub-token.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY_LENGTH = 40;

/** What a list shows of a token. */
export const PREFIX_LENGTH = 12;

export function newHubToken(kind: TokenKind): string {
  return tokenOf(kind, randomText(BODY_LENGTH));
}

/** 40 base62 characters out of 64 random bytes or more: two bytes a character keep the bias below 0.1 %. */
export function bodyFrom(bytes: Buffer): string {
  let body = "";
  for (let place = 0; place < BODY_LENGTH; place += 1) body += BASE62.charAt(bytes.readUInt16BE(place * 2) % BASE62.length);
  return body;
}
