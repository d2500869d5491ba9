// A random key of the right shape for every provider of the matrix, put together here, so that no file holds one.
// In: nothing. Out: provider → key; AWS has two parts, by the variables they go into.
import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function makeKeys() {
  const aws = { accessKeyId: `AKIA${text(16, DIGITS.slice(10, 36))}`, secretAccessKey: text(40) };
  return new Map([
    ["openai", `sk-${text(48)}`],
    ["anthropic", `sk-ant-api03-${text(95)}`],
    ["google-gemini", `AIza${text(35)}`],
    ["github", githubToken(text(30))],
    ["stripe", `sk_test_${text(99)}`],
    ["slack", `xoxb-${text(12, "0123456789")}-${text(13, "0123456789")}-${text(24)}`],
    ["notion", `ntn_${text(46)}`],
    ["aws", { ...aws, env: { AWS_ACCESS_KEY_ID: aws.accessKeyId, AWS_SECRET_ACCESS_KEY: aws.secretAccessKey } }],
  ]);
}

function text(length, alphabet = DIGITS) {
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** `ghp_`, 30 characters and their CRC-32 in six base62 digits, as GitHub issues them. */
function githubToken(body) {
  let [value, checksum] = [crc32(body), ""];
  for (let at = 0; at < 6; at++) {
    checksum = DIGITS[value % 62] + checksum;
    value = Math.floor(value / 62);
  }
  return `ghp_${body}${checksum}`;
}
