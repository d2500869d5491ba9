// Verifies AWS Signature Version 4 in the Authorization header, written from its specification and not from keyward's signer.
// In: a request as received, the secret key. Out: does the signature hold? Presigned URLs and chunk signatures are not verified: they
// count as wrong.
import { createHash, createHmac } from "node:crypto";

export function isSignedWith(request, { accessKeyId, secretAccessKey }) {
  const parsed = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    request.headers.authorization ?? "",
  );
  if (parsed === null) return false;
  const [, credential, signedHeaders, signature] = parsed;
  const [id, date, region, service, end] = credential.split("/");
  if (id !== accessKeyId || end !== "aws4_request") return false;
  const scope = [date, region, service, end].join("/");
  const toSign = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hash(canonicalRequest(request, signedHeaders, service))].join(
    "\n",
  );
  const key = [date, region, service, end].reduce((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  return createHmac("sha256", key).update(toSign).digest("hex") === signature;
}

function canonicalRequest({ method, url, headers, authority, body }, signedHeaders, service) {
  const { pathname, search } = splitTarget(url);
  const path = pathname
    .split("/")
    .map((part) => escape(service === "s3" ? decodeURIComponent(part) : part))
    .join("/");
  const query = search
    .split("&")
    .filter((pair) => pair !== "")
    .map(canonicalPair)
    .sort()
    .join("&");
  const lines = signedHeaders.split(";").map(
    (name) =>
      `${name}:${String(name === "host" ? authority : headers[name])
        .trim()
        .replace(/ +/g, " ")}\n`,
  );
  const declared = headers["x-amz-content-sha256"];
  // A declared hash is part of what is signed, and must be that of the body unless the body is declared unsigned.
  const payload = declared === "UNSIGNED-PAYLOAD" || declared?.startsWith("STREAMING-UNSIGNED-") ? declared : hash(body);
  return [method, path, query, lines.join(""), signedHeaders, payload].join("\n");
}

function canonicalPair(pair) {
  const [name, ...value] = pair.split("=");
  return `${escape(decodeURIComponent(name))}=${escape(decodeURIComponent(value.join("=")))}`;
}

function splitTarget(target) {
  const [pathname, ...search] = target.split("?");
  return { pathname, search: search.join("?") };
}

function escape(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hash(value) {
  return createHash("sha256").update(value).digest("hex");
}

function hmac(key, text) {
  return createHmac("sha256", key).update(text).digest();
}
