// Header fields on their way into node:http2, which takes an object and has its own ideas of what may come twice.
// In: raw fields. Out: the object, with nothing lost and nothing that HTTP/2 forbids (RFC 9113 §8.2.2).
import type { OutgoingHttpHeaders } from "node:http2";
import { isHopByHop, type RawHeaders } from "../../core/headers.ts";

/** Names that node:http2 takes one value of, and throws at two. */
const SINGLE_VALUE: ReadonlySet<string> = new Set([
  "access-control-allow-credentials",
  "access-control-max-age",
  "access-control-request-method",
  "age",
  "authorization",
  "content-encoding",
  "content-language",
  "content-length",
  "content-location",
  "content-md5",
  "content-range",
  "content-type",
  "date",
  "dnt",
  "etag",
  "expires",
  "from",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "range",
  "referer",
  "retry-after",
  "tk",
  "upgrade-insecure-requests",
  "user-agent",
  "x-content-type-options",
]);

/**
 * Raw fields as node's http2 takes them: values of one name together; names that HTTP/2 forbids left out.
 * @param fields what they are added to: the pseudo-headers, which node expects in the same object
 */
export function grouped(headers: RawHeaders, fields: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? "").toLowerCase();
    if (isHopByHop(name)) continue;
    const value = headers[i + 1] ?? "";
    // Every object has a `constructor` that nobody gave it, and one name that an assignment takes for something else.
    const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const all = before === undefined ? value : together(name, before, value);
    if (name === "__proto__") Object.defineProperty(fields, name, { value: all, enumerable: true, configurable: true });
    else fields[name] = all;
  }
  return fields;
}

type Value = NonNullable<OutgoingHttpHeaders[string]>;

function together(name: string, before: Value, value: string): Value {
  // One field with both values says the same (RFC 9110 §5.3); servers that send `nosniff` twice are common.
  if (SINGLE_VALUE.has(name)) return before === value ? value : `${String(before)}, ${value}`;
  if (!Array.isArray(before)) return [String(before), value];
  before.push(value);
  return before;
}
