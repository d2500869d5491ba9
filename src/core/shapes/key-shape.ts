// Random text in the shape of a provider's keys: prefix, length, alphabet, separators, checksum. Placeholders are made of it.
// In: a shape as definitions declare it. Out: a fresh string every time. It never sees a real key.
import { type DrawText, randomText } from "../ids.ts";

export interface KeyShape {
  readonly prefix: string;
  /** Whole length, prefix included. */
  readonly length: number;
  readonly alphabet: keyof typeof KEY_ALPHABETS;
  /** Fixed text at offsets of the whole. */
  readonly separators: readonly { readonly at: number; readonly text: string }[];
  readonly checksum?: "github-crc32" | undefined;
  /** A JSON Web Token that a client can take apart; prefix, alphabet and separators are then its own. */
  readonly form?: "jwt" | undefined;
}

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
/** The order in which GitHub writes its checksum. */
const BASE62 = DIGITS + UPPER + LOWER;

export const KEY_ALPHABETS = {
  base62: BASE62,
  base64url: `${BASE62}-_`,
  hex: `${DIGITS}abcdef`,
  digits: DIGITS,
  "lower-base36": DIGITS + LOWER,
  "upper-base36": DIGITS + UPPER,
  "upper-base32": `${UPPER}234567`,
} as const;

const CHECKSUM_LENGTH = 6;

const JWT_HEADER = base64url('{"alg":"HS256","typ":"JWT"}');
/** Says whose it is, and that it has not expired (1 January 2100): a client that looks must not stop before it asks the API. */
const JWT_CLAIMS = ['{"iss":"keyward","exp":4102444800,"jti":"', '"}'] as const;
/** Of 32 bytes, as HS256 makes it. */
const JWT_SIGNATURE_LENGTH = 43;
const JWT_FIXED_LENGTH = JWT_HEADER.length + base64url(JWT_CLAIMS.join("")).length + 2;

/** How many characters of the shape are drawn at random. */
export function randomLength(shape: KeyShape): number {
  // The signature can be anything; what names the token must be random by itself.
  if (shape.form === "jwt") return Math.floor(((shape.length - JWT_FIXED_LENGTH - JWT_SIGNATURE_LENGTH) * 3) / 4);
  const fixed = shape.separators.reduce((sum, { text }) => sum + text.length, 0);
  return shape.length - shape.prefix.length - fixed - (shape.checksum === undefined ? 0 : CHECKSUM_LENGTH);
}

/** A fresh text of the shape. @param draw where its characters come from */
export function makeKeyShaped(shape: KeyShape, draw: DrawText = randomText): string {
  if (shape.form === "jwt") return makeJwt(shape.length, draw);
  const sum = shape.checksum === undefined ? 0 : CHECKSUM_LENGTH;
  let body = shape.prefix + draw(shape.length - shape.prefix.length - sum, KEY_ALPHABETS[shape.alphabet]);
  for (const { at, text } of shape.separators) body = body.slice(0, at) + text + body.slice(at + text.length);
  return sum === 0 ? body : body + githubChecksum(body.slice(shape.prefix.length));
}

function makeJwt(length: number, draw: DrawText): string {
  const space = length - JWT_HEADER.length - JWT_SIGNATURE_LENGTH - 2;
  // No text has a base64 of 4n + 1 characters; the signature takes the odd one.
  const payloadLength = space % 4 === 1 ? space - 1 : space;
  const idLength = Math.floor((payloadLength * 3) / 4) - JWT_CLAIMS.join("").length;
  const payload = base64url(JWT_CLAIMS.join(draw(Math.max(idLength, 0), BASE62)));
  const signature = draw(JWT_SIGNATURE_LENGTH + space - payloadLength, KEY_ALPHABETS.base64url);
  return `${JWT_HEADER}.${payload}.${signature}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** GitHub's token checksum: CRC-32 of the random part in base62, padded to six (github.blog, 5 April 2021). */
export function githubChecksum(random: string): string {
  let rest = crc32(random);
  let text = "";
  for (; rest > 0; rest = Math.floor(rest / 62)) text = (BASE62[rest % 62] ?? "") + text;
  return text.padStart(CHECKSUM_LENGTH, "0");
}

/** CRC-32 as in zlib; node's own zlib.crc32 is younger than the oldest node this runs on. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
