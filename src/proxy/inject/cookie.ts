// Injects into one cookie of the Cookie header (RFC 6265 §4.2); the others stay as they are.
import { KeywardError } from "../../core/errors.ts";
import { withHeaders } from "../../core/exchange.ts";
import type { RawHeaders } from "../../core/headers.ts";
import type { CookiePlace } from "../../providers/schema.ts";
import { type InjectionKind, readText } from "./kind.ts";
import { renderCredential, renderGiven } from "./template.ts";

const NAME = "cookie";

export const cookieKind: InjectionKind<CookiePlace> = {
  read(place, { headers }, given) {
    const found = findCookie(headers, place.name);
    return found === null ? "empty" : readText(found.value, renderGiven(place.template, given), given);
  },

  replace(place, request, { fields }) {
    return withHeaders(request, write(place, request.headers, renderCredential(place.template, fields)));
  },

  fill(place, request, fields) {
    return withHeaders(request, write(place, request.headers, renderCredential(place.template, fields)));
  },

  header: () => NAME,
};

function write(place: CookiePlace, headers: RawHeaders, value: string): string[] {
  if (!/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(value)) {
    throw new KeywardError("CREDENTIAL_UNUSABLE", "the stored credential has characters that no cookie can carry", {
      hint: "log in again with the key as the provider shows it",
    });
  }
  const cookie = `${place.name}=${value}`;
  const found = findCookie(headers, place.name);
  const field = found?.field ?? fieldsOf(headers)[0];
  const next = [...headers];
  if (field === undefined) return [...next, "Cookie", cookie];
  const parts = (next[field + 1] ?? "").split(";");
  if (found === null) next[field + 1] = [...parts.filter((part) => part.trim() !== ""), ` ${cookie}`].join(";").trim();
  else next[field + 1] = parts.map((part, at) => (at === found.part ? `${at === 0 ? "" : " "}${cookie}` : part)).join(";");
  return next;
}

/** Indices of the Cookie names in the raw array: HTTP/1.1 clients send one, but nothing stops several. */
function fieldsOf(headers: RawHeaders): number[] {
  return headers.flatMap((text, index) => (index % 2 === 0 && text.toLowerCase() === NAME ? [index] : []));
}

/** @throws REQUEST_MALFORMED when the cookie comes twice */
function findCookie(headers: RawHeaders, name: string): { field: number; part: number; value: string } | null {
  const found = fieldsOf(headers).flatMap((field) =>
    (headers[field + 1] ?? "").split(";").flatMap((text, part) => {
      const equals = text.indexOf("=");
      return equals >= 0 && text.slice(0, equals).trim() === name ? [{ field, part, value: text.slice(equals + 1).trim() }] : [];
    }),
  );
  if (found.length > 1) throw new KeywardError("REQUEST_MALFORMED", `the cookie '${name}' comes more than once`);
  return found[0] ?? null;
}
