// The query of a presigned URL: read, and changed in the signature's own parameters only. In: a target. Out: the claim; a new target.
// Every other parameter stays byte for byte where it is.
import { KeywardError } from "../../core/errors.ts";
import { splitTarget } from "./canonical-request.ts";
import { type Claim, readClaim } from "./signature.ts";

export interface PresignedClaim extends Claim {
  readonly isPresigned: true;
  readonly time: string;
}

/** null when the target is not presigned. @throws REQUEST_MALFORMED when a parameter of the signature comes twice */
export function readPresigned(target: string): PresignedClaim | null {
  const [, query] = splitTarget(target);
  if (!query.includes("X-Amz-Algorithm=")) return null;
  const found = new Map<string, string>();
  for (const part of query.split("&")) {
    const [name, value] = readPart(part);
    if (!name.startsWith("X-Amz-")) continue;
    if (found.has(name)) throw new KeywardError("REQUEST_MALFORMED", `the query parameter '${name.slice(0, 40)}' comes more than once`);
    found.set(name, value);
  }
  const algorithm = found.get("X-Amz-Algorithm");
  if (algorithm === undefined) return null;
  const claim = readClaim({
    algorithm,
    credential: found.get("X-Amz-Credential") ?? "",
    signedHeaders: found.get("X-Amz-SignedHeaders") ?? "",
  });
  return { ...claim, isPresigned: true, time: found.get("X-Amz-Date") ?? "" };
}

/** Sets each parameter where it stands, or at the end; null takes it away. */
export function withParameters(target: string, parameters: Readonly<Record<string, string | null>>): string {
  const [path, query] = splitTarget(target);
  const missing = new Map(Object.entries(parameters));
  const parts = query.split("&").flatMap((part) => {
    const [name] = readPart(part);
    const value = missing.get(name);
    if (value === undefined) return [part];
    missing.delete(name);
    return value === null ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  for (const [name, value] of missing) if (value !== null) parts.push(`${name}=${encodeURIComponent(value)}`);
  return `${path}?${parts.join("&")}`;
}

function readPart(part: string): [string, string] {
  const equals = part.indexOf("=");
  return equals < 0 ? [decode(part), ""] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
