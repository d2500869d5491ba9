// Step 4, receive: one request, well formed, whose Host names the tunnel's authority and nothing else.
// In: the parsed head as node hands it over. Out: a Received record, or a refusal before any upstream byte.
// Node's parser has refused broken framing already; the spellings it lets through are refused here (docs/request.md).
import { ownPort, type Received, type Tunnel } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import type { RawHeaders } from "../../core/headers.ts";
import { type Authority, formatAuthority, parseAuthority, sameAuthority } from "../../core/host.ts";
import { isFieldName, isFieldValue } from "../../core/shapes/field-characters.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** "1.1" or "1.0" */
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  /** HTTP/2 says it in the request; HTTP/1.1 does not. */
  readonly scheme?: string | undefined;
}

export interface Arrival {
  readonly tunnel: Tunnel;
  readonly requestId: string;
  readonly startedAtMs: number;
}

/** In capitals, as HTTP/1.1 is read here: some servers take `delete` for DELETE, and rules are about the latter. */
const METHOD = /^[A-Z][A-Z-]{0,31}$/;
const TARGET = /^\/[\x21\x22\x24-\x7e]*$/;
const REFUSED_METHODS = new Set(["TRACE", "TRACK", "CONNECT"]);

/** @throws METHOD_REFUSED, REQUEST_MALFORMED, HOST_MISMATCH, UPGRADE_UNSUPPORTED */
export function receive(head: RequestHead, arrival: Arrival): Received {
  if (!METHOD.test(head.method)) throw malformed("the method is not a word in capitals");
  if (REFUSED_METHODS.has(head.method)) throw new KeywardError("METHOD_REFUSED", `${head.method} is never carried to an upstream`);
  if (!TARGET.test(head.target)) throw malformed("the request target is not a plain path");
  if (head.scheme !== undefined && head.scheme !== arrival.tunnel.scheme) throw malformed("the request has another scheme than its tunnel");
  const fields = readFields(head.headers);
  checkFraming(fields, head.httpVersion);
  const named = checkHost(fields, arrival);
  checkUpgrade(fields);
  const { runId, authority, scheme } = arrival.tunnel;
  return {
    runId,
    authority,
    scheme,
    requestId: arrival.requestId,
    startedAtMs: arrival.startedAtMs,
    method: head.method,
    named,
    target: head.target,
    path: pathOf(head.target),
    headers: head.headers,
    body: undefined,
  };
}

/** Without query. */
export function pathOf(target: string): string {
  const question = target.indexOf("?");
  return question < 0 ? target : target.slice(0, question);
}

/** Values of the fields that are judged; one walk through the head finds them all. */
interface Judged {
  readonly hosts: string[];
  readonly lengths: string[];
  readonly encodings: string[];
  readonly connections: string[];
  hasUpgrade: boolean;
}

function readFields(headers: RawHeaders): Judged {
  const fields: Judged = { hosts: [], lengths: [], encodings: [], connections: [], hasUpgrade: false };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? "";
    const value = headers[i + 1] ?? "";
    if (!isFieldName(name)) throw malformed("a header name has a character that is not allowed");
    if (!isFieldValue(value)) throw malformed("a header value has a control character");
    switch (name.toLowerCase()) {
      case "host":
        fields.hosts.push(value);
        break;
      case "content-length":
        fields.lengths.push(value);
        break;
      case "transfer-encoding":
        fields.encodings.push(value);
        break;
      case "connection":
        fields.connections.push(value);
        break;
      case "upgrade":
        fields.hasUpgrade = true;
    }
  }
  return fields;
}

/** RFC 9112 §6: one way to tell where the body ends, spelled the one way everybody reads alike. */
function checkFraming({ lengths, encodings }: Judged, httpVersion: string): void {
  if (lengths.length > 1 || encodings.length > 1) throw malformed("the body's length is given more than once");
  if (lengths.length + encodings.length > 1) throw malformed("both Content-Length and Transfer-Encoding are given");
  const length = lengths[0];
  if (length !== undefined && !(/^\d{1,16}$/.test(length) && Number(length) <= Number.MAX_SAFE_INTEGER)) {
    throw malformed("Content-Length is not a plain number");
  }
  const encoding = encodings[0];
  if (encoding !== undefined && (encoding.toLowerCase() !== "chunked" || httpVersion !== "1.1")) {
    throw malformed("Transfer-Encoding is not plainly chunked");
  }
}

function checkHost({ hosts }: Judged, arrival: Arrival): Authority {
  if (hosts.length !== 1) throw malformed("there is not exactly one Host field");
  const named = parseAuthority(hosts[0] ?? "", ownPort(arrival.tunnel.scheme));
  if (named === null) throw malformed("the Host field is not a plain host and port");
  if (!sameAuthority(named, arrival.tunnel.authority)) throw mismatch(arrival.tunnel.authority);
  return named;
}

/** The refusal for a Host or SNI that is not the tunnel's. */
export function mismatch(authority: Authority): KeywardError {
  return new KeywardError("HOST_MISMATCH", `the request names another host than its tunnel to ${formatAuthority(authority)}`, {
    detail: { host: authority.host },
  });
}

function checkUpgrade({ hasUpgrade, connections }: Judged): void {
  const isNamed = connections.some((value) => value.split(",").some((token) => token.trim().toLowerCase() === "upgrade"));
  if (!hasUpgrade && !isNamed) return;
  throw new KeywardError("UPGRADE_UNSUPPORTED", "protocol upgrades are not carried on an intercepted host", {
    hint: "the client may fall back to plain HTTP requests",
  });
}

function malformed(what: string): KeywardError {
  return new KeywardError("REQUEST_MALFORMED", what);
}
