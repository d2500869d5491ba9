// The method and URL of `keyward explain` as a proxy would get them: an authority and a path, exactly as written.
// In: text a person typed. Out: a RequestLine, or USAGE. Nothing is normalised, for the spelling of a path decides whether limits
// and rules can be applied to it; query and fragment are dropped and never repeated.
import { ownPort } from "../../core/exchange.ts";
import { KeywardError } from "../../core/errors.ts";
import { type Authority, parseAuthority } from "../../core/host.ts";

export interface RequestLine {
  readonly method: string;
  readonly scheme: "https" | "http";
  readonly authority: Authority;
  /** Without query. */
  readonly path: string;
  /** Origin form, without the query's text. */
  readonly target: string;
}

const URL_PARTS = /^(?:(https?|wss?):\/\/)?([^/?#\s]+)(\/[^?#\s]*)?(\?[^#\s]*)?(?:#\S*)?$/i;
const METHOD = /^[A-Za-z][A-Za-z-]{0,31}$/;

/** A URL without a scheme is one of https. @throws USAGE */
export function readUrl(method: string, url: string): RequestLine {
  if (!METHOD.test(method)) throw new KeywardError("USAGE", "the method is a word such as GET", { hint: "keyward explain GET URL" });
  const parts = URL_PARTS.exec(url.trim());
  const scheme = /^(?:http|ws)$/i.test(parts?.[1] ?? "") ? "http" : "https";
  const host = parts?.[2] ?? "";
  if (host.includes("@")) throw new KeywardError("USAGE", "the URL names a user before its host; leave the part before '@' out");
  const authority = parseAuthority(host, ownPort(scheme));
  if (authority === null) {
    throw new KeywardError("USAGE", "the URL has no plain host and port: https://HOST[:PORT]/PATH, with names in ASCII", {
      hint: "keyward explain GET https://api.openai.com/v1/models",
    });
  }
  const path = parts?.[3] ?? "/";
  return { method: method.toUpperCase(), scheme, authority, path, target: path };
}
