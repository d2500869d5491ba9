// Which content codings can be looked into, and what an upstream is asked for accordingly. Part of steps 8 and 10.
// In: header fields. Out: the codings of an answer in the order they are to be taken off, or null: unknown, or too many.
import * as zlib from "node:zlib";
import type { Transform } from "node:stream";
import { filterHeaders, headerValue, headerValues, type RawHeaders } from "../../../core/headers.ts";

export type Coding = "gzip" | "deflate" | "br" | "zstd";

/** What nobody decodes: the bytes are as they are. S3 keeps `aws-chunked` with objects that were uploaded so. */
const NO_CODING: ReadonlySet<string> = new Set(["", "identity", "aws-chunked"]);
const MAX_CODINGS = 2;
/** Node has had it since 22.15. */
const createZstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
const READABLE: ReadonlySet<string> = new Set([
  "gzip",
  "x-gzip",
  "deflate",
  "br",
  "identity",
  ...(createZstd === undefined ? [] : ["zstd"]),
]);

/** Plain. */
export const NO_CODINGS: readonly Coding[] = [];

/** An empty list: plain. */
export function codingsOf(headers: RawHeaders): readonly Coding[] | null {
  const values = headerValues(headers, "content-encoding");
  if (values.length === 0) return NO_CODINGS;
  const named = values
    .flatMap((value) => value.split(","))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !NO_CODING.has(name));
  if (named.length > MAX_CODINGS || !named.every((name) => READABLE.has(name))) return null;
  return named.map((name) => (name === "x-gzip" ? "gzip" : name) as Coding).reverse();
}

/** Four times what is usual: each piece of output is a way to another thread and back. */
const OUTPUT = { chunkSize: 64 * 1024 };

/** @param firstByte of what is to be decoded: `deflate` comes with or without the header of zlib (RFC 9110 §8.4.1.2) */
export function createDecoder(coding: Coding, firstByte: number): Transform {
  switch (coding) {
    case "gzip":
      return zlib.createGunzip(OUTPUT);
    case "deflate":
      return (firstByte & 0x0f) === 8 ? zlib.createInflate(OUTPUT) : zlib.createInflateRaw(OUTPUT);
    case "br":
      return zlib.createBrotliDecompress(OUTPUT);
    case "zstd":
      return (createZstd as (options: typeof OUTPUT) => Transform)(OUTPUT);
  }
}

/** Asks only for what can be looked into. A field that a signature covers stays as it is. */
export function acceptReadable(headers: RawHeaders): RawHeaders {
  const asked = headerValues(headers, "accept-encoding");
  if (asked.every(isReadable) || isSigned(headers)) return headers;
  const kept = asked.flatMap((value) => value.split(",")).filter(isReadable);
  const list = kept.map((entry) => entry.trim()).join(", ") || "identity";
  const name = headers.find((text, at) => at % 2 === 0 && text.toLowerCase() === "accept-encoding") ?? "Accept-Encoding";
  const at = headers.indexOf(name);
  const others = (part: RawHeaders): string[] => filterHeaders(part, (field) => field !== "accept-encoding");
  return [...others(headers.slice(0, at)), name, list, ...others(headers.slice(at))];
}

/** Of one entry or a list of them: `gzip;q=0.5, br`. */
function isReadable(list: string): boolean {
  return list.split(",").every((entry) => {
    const name = (entry.split(";", 1)[0] ?? "").trim().toLowerCase();
    return name === "" || READABLE.has(name);
  });
}

function isSigned(headers: RawHeaders): boolean {
  return /^AWS4.*SignedHeaders=[^,]*accept-encoding/i.test(headerValue(headers, "authorization") ?? "");
}
