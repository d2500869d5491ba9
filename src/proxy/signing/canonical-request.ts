// The text that AWS Signature Version 4 signs (IAM User Guide, "Create a signed API request"): one spelling of a request that both
// sides can arrive at. In: what leaves on the wire. Out: the canonical request. Pure; it knows no key.
import { createHash } from "node:crypto";
import { headerValues, type RawHeaders } from "../../core/headers.ts";

export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent; a signature parameter is not part of what is signed. */
  readonly target: string;
  readonly headers: RawHeaders;
  /** Lower case, in order. */
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  /** Names the rule for paths. */
  readonly service: string;
}

const SIGNATURE_PARAMETER = "X-Amz-Signature";
/** S3 and its kin take the path as it is; the other services take it normalised and encoded once more. */
const PLAIN_PATH_SERVICES = new Set(["s3", "s3express", "s3-object-lambda", "s3-outposts"]);

export function canonicalRequest(request: SignedRequest): string {
  const [path, query] = splitTarget(request.target);
  const headers = request.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers, name)}\n`).join("");
  return [
    request.method,
    canonicalPath(path, request.service),
    canonicalQuery(query),
    headers,
    request.signedHeaders.join(";"),
    request.payloadHash,
  ].join("\n");
}

export function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

export function splitTarget(target: string): [string, string] {
  const question = target.indexOf("?");
  return question < 0 ? [target, ""] : [target.slice(0, question), target.slice(question + 1)];
}

function canonicalPath(path: string, service: string): string {
  if (PLAIN_PATH_SERVICES.has(service)) {
    return path
      .split("/")
      .map((segment) => encode(decode(segment)))
      .join("/");
  }
  return normalised(path)
    .split("/")
    .map((segment) => encode(Buffer.from(segment, "latin1")))
    .join("/");
}

/** Without empty and dot segments (RFC 3986 §5.2.4); a slash at the end stays. */
function normalised(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const isOpen = kept.length > 0 && path.endsWith("/");
  return `/${kept.join("/")}${isOpen ? "/" : ""}`;
}

/** Each name and value encoded anew, sorted by the encoded name, then the value. `+` is the space it means in a query. */
function canonicalQuery(query: string): string {
  const pairs = query
    .split("&")
    .filter((part) => part !== "")
    .map((part): [string, string] => {
      const equals = part.indexOf("=");
      const [name, value] = equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
      return [encode(decode(name.replaceAll("+", " "))), encode(decode(value.replaceAll("+", " ")))];
    })
    .filter(([name]) => name !== SIGNATURE_PARAMETER);
  return pairs
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function canonicalValue(headers: RawHeaders, name: string): string {
  return headerValues(headers, name)
    .map((value) => value.trim().replace(/ +/g, " "))
    .join(",");
}

/** By code unit: everything compared here is ASCII. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The bytes that a percent-encoded text stands for; a stray percent sign is itself. */
function decode(text: string): Buffer {
  return Buffer.from(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

/** Everything but unreserved characters (RFC 3986 §2.3) as upper-case `%XX`. */
function encode(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[^A-Za-z0-9_.~-]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
