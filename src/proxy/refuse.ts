// An answer keyward makes itself: JSON with code, message, hint and request id, and Proxy-Status (RFC 9209).
// In: a KeywardError. Out: a response object, or the raw bytes of one for sockets that no HTTP server holds any more.
// It repeats nothing of the request.
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { KeywardError } from "../core/errors.ts";
import { endSocket } from "./client/end-socket.ts";

export interface Refusal {
  readonly status: number;
  readonly requestId: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** RFC 9209 §2.3 error types for the codes that have one. */
const PROXY_ERRORS: Readonly<Record<string, string>> = {
  UPSTREAM_UNREACHABLE: "destination_unavailable",
  UPSTREAM_TLS: "tls_certificate_error",
  UPSTREAM_TIMEOUT: "connection_timeout",
  UPSTREAM_BROKEN: "http_protocol_error",
  UPSTREAM_PROXY: "proxy_configuration_error",
  TARGET_FORBIDDEN: "destination_ip_prohibited",
  REQUEST_MALFORMED: "http_request_error",
  REQUEST_TOO_LARGE: "http_request_error",
  REQUEST_TIMEOUT: "http_request_error",
  INTERNAL: "proxy_internal_error",
};

export function refusalFor(error: KeywardError, requestId: string): Refusal {
  const provider = error.detail?.["provider"];
  const body = JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(typeof provider === "string" ? { provider } : {}),
      request_id: requestId,
    },
  });
  return {
    status: error.httpStatus,
    requestId,
    body: `${body}\n`,
    headers: [
      ["Content-Type", "application/json; charset=utf-8"],
      ["Content-Length", String(Buffer.byteLength(body) + 1)],
      ["Cache-Control", "no-store"],
      ["Keyward-Request-Id", requestId],
      ["Proxy-Status", `keyward; error=${PROXY_ERRORS[error.code] ?? "http_request_denied"}; details="${error.code}"`],
      ...(error.code === "PROXY_AUTH_REQUIRED" ? ([["Proxy-Authenticate", 'Basic realm="keyward"']] as const) : []),
      ...(error.code === "UPGRADE_UNSUPPORTED" ? ([["Upgrade", "HTTP/1.1"]] as const) : []),
    ],
  };
}

/** Answers through node's response; the connection closes, since the request's body may be unread or untrusted. */
export function sendRefusal(response: ServerResponse, refusal: Refusal, isKept: boolean): void {
  response.sendDate = false;
  response.writeHead(refusal.status, [...refusal.headers, ...(isKept ? [] : [["Connection", "close"] as const])].flat());
  response.end(refusal.body);
}

/** Answers on a bare socket and ends it: a 407 that leaves the connection open makes git hang. */
export function writeRefusal(socket: Socket, refusal: Refusal): void {
  endSocket(socket, refusalBytes(refusal, "close"));
}

/**
 * The id stands in the reason phrase as well: of a refused CONNECT most clients show that line and nothing else. A request without a run
 * is in no audit, so its id would lead nowhere.
 */
export function refusalBytes(refusal: Refusal, connection: "close" | "keep-alive"): string {
  const all = connection === "close" ? [...refusal.headers, ["Connection", "close"] as const] : refusal.headers;
  const fields = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const reason = `${STATUS_CODES[refusal.status] ?? ""}${refusal.status === 407 ? "" : ` (${refusal.requestId})`}`;
  return `HTTP/1.1 ${refusal.status} ${reason}\r\n${fields}\r\n${refusal.body}`;
}
