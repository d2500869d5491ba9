// Does a body have the syntax that a place is declared in? Judged by the head alone; a body in a coding, or in a character set other
// than ASCII or UTF-8, is not looked into.
import type { Outgoing } from "../../core/exchange.ts";
import { headerValues } from "../../core/headers.ts";

const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";, \t]*)"?/i;

/** @param fits tests the lower-case type without parameters */
export function hasMediaType(request: Outgoing, fits: RegExp): boolean {
  const types = headerValues(request.headers, "content-type");
  const codings = headerValues(request.headers, "content-encoding");
  if (types.length !== 1 || codings.some((coding) => !/^(?:identity)?$/i.test(coding.trim()))) return false;
  const type = types[0] ?? "";
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase() ?? "utf-8";
  return fits.test((type.split(";", 1)[0] ?? "").trim().toLowerCase()) && (charset === "utf-8" || charset === "us-ascii");
}
