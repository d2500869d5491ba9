// Signs a request anew (AWS Signature Version 4): the child signed it with placeholders, and a signature cannot be swapped. What is
// signed stays what the child signed: its scope, time and header list, in the Authorization field or in a presigned URL.
// The access key id in the child's signature is the placeholder that names the connection. A request without one is left alone.
import { KeywardError } from "../../core/errors.ts";
import type { Outgoing } from "../../core/exchange.ts";
import { filterHeaders, headerValue } from "../../core/headers.ts";
import type { SigV4Place } from "../../providers/schema.ts";
import { canonicalRequest, sha256Hex } from "../signing/canonical-request.ts";
import { ChunkSigner } from "../signing/chunk-signer.ts";
import { readPresigned, withParameters } from "../signing/presigned.ts";
import {
  ALGORITHM,
  type Claim,
  formatScope,
  readAuthorization,
  type Scope,
  type Signing,
  signingKey,
  signRequest,
} from "../signing/signature.ts";
import { setHeader, slotValue } from "./header.ts";
import { holdsPlaceholder, type InjectionKind, type SlotValues } from "./kind.ts";
import { renderCredential, renderGiven, renderOptional } from "./template.ts";

const NAME = "Authorization";
const HASH = "x-amz-content-sha256";
const TOKEN = "x-amz-security-token";
const UNSIGNED = "UNSIGNED-PAYLOAD";
const SIGNED_CHUNKS = /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?$/;
/** A body that carries no hash of its own is held this far to compute one. */
const MAX_HASHED_BYTES = 1024 * 1024;

export const sigv4Kind: InjectionKind<SigV4Place> = {
  read(place, request, given) {
    const claim = findClaim(request);
    if (claim === null) return slotValue(request.headers, NAME) === null ? "empty" : "other";
    if (claim.accessKeyId === renderGiven(place.accessKey, given)) return "placeholder";
    return holdsPlaceholder(claim.accessKeyId, Object.values(given)) ? "misformed" : "other";
  },

  replace(place, request, { fields }) {
    const claim = findClaim(request);
    if (claim === null) return request;
    const scope = scopeOf(claim);
    const signing = { scope, time: timeOf(request, claim), key: signingKey(renderCredential(place.secretKey, fields), scope) };
    const credential = `${renderCredential(place.accessKey, fields)}/${formatScope(scope)}`;
    const token = renderOptional(place.sessionToken, fields);
    const sign = claim.isPresigned ? signUrl : signHead;
    return sign(request, { claim, signing, credential, token });
  },

  fill: null,
  header: () => NAME.toLowerCase(),

  bodyBytes: (_place, request) => {
    const claim = findClaim(request);
    if (claim === null) return 0;
    const stated = statedHash(request, claim);
    // Chunks are signed anew as they pass: nothing need be known of them, but the body must not pass by itself.
    if (stated !== null) return SIGNED_CHUNKS.test(stated) ? 1 : 0;
    return MAX_HASHED_BYTES;
  },

  rewriter: (place, request, values) => chunkSigner(place, request, values),
};

interface FoundClaim extends Claim {
  readonly isPresigned: boolean;
  /** Presigned: the time parameter. */
  readonly time: string | null;
}

interface NewSignature {
  readonly claim: FoundClaim;
  readonly signing: Signing;
  readonly credential: string;
  readonly token: string | null;
}

function findClaim(request: Outgoing): FoundClaim | null {
  const value = slotValue(request.headers, NAME);
  if (value === null) return readPresigned(request.target);
  const claim = readAuthorization(value);
  return claim === null ? null : { ...claim, isPresigned: false, time: null };
}

function signHead(request: Outgoing, { claim, signing, credential, token }: NewSignature): Outgoing {
  const kept = filterHeaders(request.headers, (name) => name !== TOKEN);
  const headers = token === null ? kept : [...kept, "X-Amz-Security-Token", token];
  const signedHeaders = presentHeaders(token === null ? claim.signedHeaders : [...claim.signedHeaders, TOKEN], headers);
  const payloadHash = payloadHashOf(request, claim);
  const signature = signRequest(
    canonicalRequest({ ...request, headers, signedHeaders, payloadHash, service: signing.scope.service }),
    signing,
  );
  const value = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  return { ...request, headers: setHeader(headers, NAME, value) };
}

function signUrl(request: Outgoing, { claim, signing, credential, token }: NewSignature): Outgoing {
  const headers = filterHeaders(request.headers, (name) => name !== TOKEN);
  const signedHeaders = presentHeaders(claim.signedHeaders, headers);
  const parameters = { "X-Amz-Credential": credential, "X-Amz-SignedHeaders": signedHeaders.join(";"), "X-Amz-Security-Token": token };
  const target = withParameters(request.target, parameters);
  const payloadHash = payloadHashOf(request, claim);
  const signature = signRequest(
    canonicalRequest({ ...request, target, headers, signedHeaders, payloadHash, service: signing.scope.service }),
    signing,
  );
  return { ...request, headers, target: withParameters(target, { "X-Amz-Signature": signature }) };
}

/** What is not sent on (hop-by-hop fields, a session token of the child's own) cannot be signed. */
function presentHeaders(names: readonly string[], headers: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => headerValue(headers, name) !== null).sort();
}

function scopeOf(claim: FoundClaim): Scope {
  if (claim.algorithm !== ALGORITHM) throw unsupported(`${claim.algorithm.slice(0, 40)} is not ${ALGORITHM}`);
  if (claim.scope === null) throw new KeywardError("REQUEST_MALFORMED", "the credential scope of the signature is not complete");
  return claim.scope;
}

/** As in the string that is signed; a client may state it in Date instead. */
function timeOf(request: Outgoing, claim: FoundClaim): string {
  const stated = claim.time ?? headerValue(request.headers, "x-amz-date");
  const date = stated === null ? Date.parse(headerValue(request.headers, "date") ?? "") : Number.NaN;
  const time = stated ?? (Number.isNaN(date) ? "" : new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, ""));
  if (/^\d{8}T\d{6}Z$/.test(time)) return time;
  throw new KeywardError("REQUEST_MALFORMED", "the signed request does not say its time");
}

/** The payload's hash as the client states it, or the word that stands for one; null: it has to be computed. */
function statedHash(request: Outgoing, claim: FoundClaim): string | null {
  const stated = headerValue(request.headers, HASH);
  if (stated !== null) return stated.trim();
  return claim.isPresigned && claim.scope?.service === "s3" ? UNSIGNED : null;
}

function payloadHashOf(request: Outgoing, claim: FoundClaim): string {
  const stated = statedHash(request, claim);
  if (stated !== null) {
    if (stated.startsWith("STREAMING-AWS4-ECDSA")) throw unsupported("its chunks are signed with ECDSA");
    return stated;
  }
  if (request.body === undefined) return sha256Hex("");
  if (!request.body.isWhole) throw unsupported("it states no hash of a body over 1 MiB");
  return sha256Hex(request.body.bytes);
}

function chunkSigner(place: SigV4Place, request: Outgoing, { fields }: SlotValues): ChunkSigner | null {
  const value = slotValue(request.headers, NAME);
  const claim = value === null ? null : findClaim(request);
  // Called for a head that is signed already; one with a signature of the child's own is none of ours.
  if (value === null || claim === null || claim.accessKeyId !== renderCredential(place.accessKey, fields)) return null;
  if (!SIGNED_CHUNKS.test(headerValue(request.headers, HASH) ?? "")) return null;
  const scope = scopeOf(claim);
  const signing = { scope, time: timeOf(request, claim), key: signingKey(renderCredential(place.secretKey, fields), scope) };
  return new ChunkSigner(signing, value.slice(value.lastIndexOf("=") + 1));
}

function unsupported(why: string): KeywardError {
  return new KeywardError("SIGNATURE_UNSUPPORTED", `the request cannot be signed anew: ${why}`, {
    hint: "let the client sign with AWS4-HMAC-SHA256 and state x-amz-content-sha256",
  });
}
