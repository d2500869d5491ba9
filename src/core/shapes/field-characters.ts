// Which characters a header field may hold (RFC 9110 §5.1, §5.5), asked of every field of every request.
// In: text as node hands bytes over, latin1. Out: yes or no. By a table: an expression for each name and value costs several times as much.

const NAME = 1;
const VALUE = 2;

/** Bit by character code. */
const KINDS = new Uint8Array(256);
for (let code = 0x20; code < 0x7f; code += 1) KINDS[code] = VALUE;
// obs-text: what is not ASCII passes as it is.
for (let code = 0x80; code <= 0xff; code += 1) KINDS[code] = VALUE;
KINDS[0x09] = VALUE;
for (const character of "!#$%&'*+.^_`|~-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  KINDS[character.charCodeAt(0)] = NAME | VALUE;
}

/** Of a token: letters, digits and some signs. */
export function isNameCode(code: number): boolean {
  return ((KINDS[code] ?? 0) & NAME) !== 0;
}

/** Tab, visible ASCII and space, obs-text. */
export function isValueCode(code: number): boolean {
  return ((KINDS[code] ?? 0) & VALUE) !== 0;
}

export function isFieldName(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isNameCode(text.charCodeAt(at))) return false;
  return text !== "";
}

export function isFieldValue(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isValueCode(text.charCodeAt(at))) return false;
  return true;
}
