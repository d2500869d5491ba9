// A second opinion on AWS signatures: what a server does to check one, written from the specification with node's URL parser and
// nothing of the signer's. In: a request as it arrived and the secret. Out: null when the signature is right, or the canonical request.
import { createHash, createHmac } from "node:crypto";

export interface ArrivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const hash = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
const mac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text, "utf8").digest();
const quote = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      /[\w.~-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`,
    )
    .join("");

export function dayKey(secret: string, scope: string): Buffer {
  const [date = "", region = "", service = "", end = ""] = scope.split("/");
  return mac(mac(mac(mac(`AWS4${secret}`, date), region), service), end);
}

/** What is wrong with the signature; null when nothing is. */
export function signatureFault(request: ArrivedRequest, keys: { readonly id: string; readonly secret: string }): string | null {
  const url = new URL(`https://${String(request.headers["host"])}${request.target}`);
  const isQuery = url.searchParams.has("X-Amz-Signature");
  const claim = isQuery ? queryClaim(url) : headerClaim(String(request.headers["authorization"]));
  const [id = "", ...scope] = claim.credential.split("/");
  if (id !== keys.id) return `another access key id: ${id}`;
  const time = isQuery ? url.searchParams.get("X-Amz-Date") : request.headers["x-amz-date"];
  const canonical = [
    request.method,
    scope[2] === "s3"
      ? (request.target.split("?", 1)[0] ?? "")
          .split("/")
          .map((part) => quote(decodeURIComponent(part)))
          .join("/")
      : url.pathname.split("/").map(quote).join("/"),
    queryText(url),
    ...claim.signedHeaders.split(";").map((name) => `${name}:${flat(request.headers[name]).trim().split(/ +/).join(" ")}`),
    "",
    claim.signedHeaders,
    payload(request, { isQuery, service: scope[2] ?? "" }),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", String(time), scope.join("/"), hash(canonical)].join("\n");
  const expected = mac(dayKey(keys.secret, scope.join("/")), text).toString("hex");
  return expected === claim.signature ? null : canonical;
}

function headerClaim(value: string): { credential: string; signedHeaders: string; signature: string } {
  const part = (name: string): string => new RegExp(`${name}=([^, ]+)`).exec(value)?.[1] ?? "";
  return { credential: part("Credential"), signedHeaders: part("SignedHeaders"), signature: part("Signature") };
}

function queryClaim(url: URL): { credential: string; signedHeaders: string; signature: string } {
  const part = (name: string): string => url.searchParams.get(name) ?? "";
  return { credential: part("X-Amz-Credential"), signedHeaders: part("X-Amz-SignedHeaders"), signature: part("X-Amz-Signature") };
}

function queryText(url: URL): string {
  return [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${quote(name)}=${quote(value)}`)
    .sort((a, b) => Buffer.compare(Buffer.from(a.replace("=", "\0")), Buffer.from(b.replace("=", "\0"))))
    .join("&");
}

function flat(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

function payload(request: ArrivedRequest, how: { isQuery: boolean; service: string }): string {
  const stated = request.headers["x-amz-content-sha256"];
  if (stated === undefined) return how.isQuery && how.service === "s3" ? "UNSIGNED-PAYLOAD" : hash(request.body);
  if (/^[0-9a-f]{64}$/.test(String(stated)) && stated !== hash(request.body)) return "the stated hash is not the body's";
  return String(stated);
}

/** Checks every chunk of an `aws-chunked` body against the signature in the head; what is wrong, or null. */
export function chunksFault(request: ArrivedRequest, secret: string): string | null {
  const { credential, signature } = headerClaim(String(request.headers["authorization"]));
  const scope = credential.split("/").slice(1).join("/");
  const key = dayKey(secret, scope);
  let previous = signature;
  let rest = request.body.toString("latin1");
  for (;;) {
    const [, size = "", signed = ""] = /^([0-9a-f]+);chunk-signature=([0-9a-f]{64})\r\n/.exec(rest) ?? [];
    if (size === "") return `not a chunk: ${JSON.stringify(rest.slice(0, 60))}`;
    const from = size.length + 17 + 64 + 2;
    const data = Buffer.from(rest.slice(from, from + Number.parseInt(size, 16)), "latin1");
    const text = ["AWS4-HMAC-SHA256-PAYLOAD", String(request.headers["x-amz-date"]), scope, previous, hash(""), hash(data)].join("\n");
    previous = mac(key, text).toString("hex");
    if (previous !== signed) return `the chunk of ${size} bytes is signed wrongly`;
    rest = rest.slice(from + data.length);
    if (data.length === 0) break;
    rest = rest.slice(2);
  }
  const [, trailers = "", trailed] = /^((?:[a-z0-9-]+:.*\r\n)*?)(?:x-amz-trailer-signature:([0-9a-f]{64})\r\n)?\r\n$/.exec(rest) ?? [
    undefined,
    undefined,
  ];
  if (trailed === undefined) return trailers === "" ? null : `no trailer signature: ${JSON.stringify(rest)}`;
  const lines = [
    "AWS4-HMAC-SHA256-TRAILER",
    String(request.headers["x-amz-date"]),
    scope,
    previous,
    hash(trailers.replaceAll("\r\n", "\n")),
  ];
  return mac(key, lines.join("\n")).toString("hex") === trailed ? null : "the trailers are signed wrongly";
}
