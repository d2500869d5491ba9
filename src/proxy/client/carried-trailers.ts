// Which trailer fields of a request go on to the upstream (RFC 9110 §6.5.1). Part of step 9, forward.
// In: the fields that came after the body. Out: those that cannot change what the head has said: no framing, no routing, no credentials.
// They are never merged into the head, and nothing is ever injected into them.
import { filterHeaders, isHopByHop, type RawHeaders } from "../../core/headers.ts";

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

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// eslint-disable-next-line no-control-regex -- naming control bytes is the point
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export function carriedTrailers(trailers: RawHeaders): string[] {
  return filterHeaders(trailers, (name, value) => {
    if (!NAME.test(name) || !VALUE.test(value)) return false;
    return !HEAD_ONLY.has(name) && !isHopByHop(name) && !name.startsWith("if-");
  });
}
