// Decides who may talk to the login form at all, before any path is looked at. Pure: head in, refusal or null out.
// It stops rebound names (exact Host), other sites' forms (Origin, Sec-Fetch-Site), proxied requests and foreign content types.

export interface RequestHead {
  readonly method: string;
  /** Lower-case names, as node:http gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Name and value in turn, to see duplicates. */
  readonly rawHeaders: readonly string[];
  readonly port: number;
}

export interface Refusal {
  readonly status: 400 | 403 | 405 | 415;
}

const PROXY_MARKS = ["via", "forwarded", "x-forwarded-for", "x-forwarded-host", "proxy-authorization", "proxy-connection"];
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;\s*charset=utf-8)?$/i;

export function refuseRequest(head: RequestHead): Refusal | null {
  const { headers, method } = head;
  const hosts = head.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === "host").length;
  if (hosts !== 1) return { status: 400 };
  const host = String(headers["host"]).toLowerCase();
  if (host !== `127.0.0.1:${head.port}` && host !== `localhost:${head.port}`) return { status: 403 };
  if (PROXY_MARKS.some((name) => headers[name] !== undefined)) return { status: 403 };
  if (method === "GET" || method === "HEAD") return isForeignRead(headers) ? { status: 403 } : null;
  if (method !== "POST") return { status: 405 };
  if (isForeignWrite(headers, host)) return { status: 403 };
  return FORM_TYPE.test(String(headers["content-type"] ?? "")) ? null : { status: 415 };
}

type Headers = RequestHead["headers"];

/** A page of another site may link here (a terminal in the browser does), but not embed or fetch. */
function isForeignRead(headers: Headers): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "none" || site === "same-origin") return false;
  return headers["sec-fetch-mode"] !== "navigate" || headers["sec-fetch-dest"] !== "document";
}

/** `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with our own form; then Sec-Fetch-Site must vouch for it. */
function isForeignWrite(headers: Headers, host: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return true;
  const origin = headers["origin"];
  if (origin === undefined || origin === `http://${host}`) return false;
  return origin !== "null" || site !== "same-origin";
}
