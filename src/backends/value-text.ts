// Bytes that a backend gave → the secret. In: bytes. Out: the text without its last line end, or an error that shows none of it.
import { Secret } from "../core/secret.ts";
import { MAX_VALUE_BYTES, unavailable } from "./backend.ts";

export function toValue(bytes: Buffer, from: string): Secret {
  if (bytes.length > MAX_VALUE_BYTES) throw unavailable(`${from} gave more than ${MAX_VALUE_BYTES / 1024} KiB`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unavailable(`${from} gave no UTF-8 text`);
  }
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw unavailable(`${from} gave nothing`);
  return new Secret(value);
}
