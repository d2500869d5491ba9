// Which trailer fields of a request go on to the upstream (RFC 9110 §6.5.1). Part of step 9, forward.
// In: the fields that came after the body. Out: those that cannot change what the head has said: no framing, no routing, no credentials.
// They are never merged into the head, and nothing is ever injected into them.
import { filterHeaders, isHopByHop, type RawHeaders } from "../../core/headers.ts";
import { isFieldName, isFieldValue } from "../../core/shapes/field-characters.ts";

const HEAD_ONLY: ReadonlySet<string> = new Set([
  "authorization",
  "cache-control",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "max-forwards",
  "range",
  "set-cookie",
  "trailer",
]);

export function carriedTrailers(trailers: RawHeaders): string[] {
  return filterHeaders(trailers, (name, value) => {
    if (!isFieldName(name) || !isFieldValue(value)) return false;
    return !HEAD_ONLY.has(name) && !isHopByHop(name) && !name.startsWith("if-");
  });
}
