// AWS Signature Version 4: reads what a client's own signature says of itself, and computes a new one over the same request.
// In: the Authorization value or the query of a presigned URL; a secret key. Out: the claim; a signature. The key is never kept.
import { createHmac } from "node:crypto";
import { sha256Hex } from "./canonical-request.ts";

export const ALGORITHM = "AWS4-HMAC-SHA256";

/** What a signature is bound to beside the request. */
export interface Scope {
  /** `20261125` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** A client's signature, taken apart. */
export interface Claim {
  /** `AWS4-HMAC-SHA256`, or another that cannot be computed anew. */
  readonly algorithm: string;
  readonly accessKeyId: string;
  /** null when it is not of the form this algorithm has. */
  readonly scope: Scope | null;
  /** Lower case. */
  readonly signedHeaders: readonly string[];
}

/** `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`; null for anything else. */
export function readAuthorization(value: string): Claim | null {
  const [, algorithm = "", rest = ""] = /^(AWS4-[A-Z0-9-]+)[ \t]+(.+)$/.exec(value) ?? [];
  if (algorithm === "") return null;
  const parts = new Map(
    rest.split(",").map((part): [string, string] => {
      const [name = "", ...text] = part.trim().split("=");
      return [name, text.join("=")];
    }),
  );
  return readClaim({ algorithm, credential: parts.get("Credential") ?? "", signedHeaders: parts.get("SignedHeaders") ?? "" });
}

export function readClaim(parts: { readonly algorithm: string; readonly credential: string; readonly signedHeaders: string }): Claim {
  const [accessKeyId = "", date = "", region = "", service = "", end = "", ...more] = parts.credential.split("/");
  const isScope = /^\d{8}$/.test(date) && region !== "" && service !== "" && end === "aws4_request" && more.length === 0;
  return {
    algorithm: parts.algorithm,
    accessKeyId,
    scope: isScope ? { date, region, service } : null,
    signedHeaders: parts.signedHeaders.split(";").filter((name) => name !== ""),
  };
}

export function formatScope({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** The key that one day, region and service are signed with; the secret goes in and does not come out. */
export function signingKey(secretKey: string, { date, region, service }: Scope): Buffer {
  return [date, region, service, "aws4_request"].reduce<Buffer>(hmac, Buffer.from(`AWS4${secretKey}`));
}

export interface Signing {
  readonly key: Buffer;
  /** `20261125T172000Z` */
  readonly time: string;
  readonly scope: Scope;
}

export function signRequest(canonical: string, { key, time, scope }: Signing): string {
  return sign(key, [ALGORITHM, time, formatScope(scope), sha256Hex(canonical)]);
}

/** HMAC of the lines, hex. */
export function sign(key: Buffer, lines: readonly string[]): string {
  return hmac(key, lines.join("\n")).toString("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
