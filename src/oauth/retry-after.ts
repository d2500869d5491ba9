// Reads Retry-After (RFC 9110 §10.2.3): seconds, or a date. A date is measured by the server's own Date, so that a clock that is wrong
// on either side does not matter. In: header fields. Out: milliseconds to wait, or null. Pure.
import { headerValues, type RawHeaders } from "../core/headers.ts";

export function retryAfterMs(headers: RawHeaders, nowMs: number): number | null {
  const text = headerValues(headers, "retry-after")[0]?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Every form of date that HTTP knows has a letter; Date.parse would read much else as a year.
  const dateMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(dateMs)) return null;
  const serverNowMs = Date.parse(headerValues(headers, "date")[0] ?? "");
  return Math.max(0, dateMs - (Number.isNaN(serverNowMs) ? nowMs : serverNowMs));
}
