// Injects into a header field (`Authorization: Bearer …`, `x-api-key: …`).
// The slot is the field of that name; spellings that some servers read as the same name (`X_Api_Key`) are removed.
import { KeywardError } from "../../core/errors.ts";
import { withHeaders } from "../../core/exchange.ts";
import { filterHeaders, headerValues, type RawHeaders } from "../../core/headers.ts";
import type { HeaderPlace } from "../../providers/schema.ts";
import { type GivenFields, holdsPlaceholder, type InjectionKind, type SlotReading } from "./kind.ts";
import { renderCredential, renderGiven, templatePrefix } from "./template.ts";

export const headerKind: InjectionKind<HeaderPlace> = {
  read(place, request, given) {
    const value = slotValue(request.headers, place.name);
    if (value === null) return "empty";
    return readValue(place, value, given);
  },

  replace(place, request, { given, fields }) {
    const value = slotValue(request.headers, place.name) ?? "";
    const template = place.templates.find((candidate) => fits(candidate, value, given)) ?? place.templates[0] ?? "";
    // The scheme keeps the client's spelling ("bearer"); the rest is the declared form.
    const prefix = value.slice(0, templatePrefix(template).length);
    const rendered = renderCredential(template, fields);
    return withHeaders(request, setHeader(request.headers, place.name, prefix + rendered.slice(prefix.length)));
  },

  fill(place, request, fields) {
    const rendered = renderCredential(place.templates[0] ?? "", fields);
    return withHeaders(request, [...withoutTwins(request.headers, place.name), place.name, checkValue(rendered)]);
  },

  clear: (place, request) => withHeaders(request, withoutTwins(request.headers, place.name)),
  header: (place) => place.name.toLowerCase(),
};

function readValue(place: HeaderPlace, value: string, given: GivenFields): SlotReading {
  if (place.templates.some((template) => fits(template, value, given))) return "placeholder";
  return holdsPlaceholder(value, Object.values(given)) ? "misformed" : "other";
}

/** Equal to the rendered template; the fixed prefix without regard to case (RFC 9110 §11.1: schemes are case-insensitive). */
function fits(template: string, value: string, given: GivenFields): boolean {
  const expected = renderGiven(template, given);
  if (expected === null || expected.length !== value.length) return false;
  const cut = templatePrefix(template).length;
  return expected.slice(cut) === value.slice(cut) && expected.slice(0, cut).toLowerCase() === value.slice(0, cut).toLowerCase();
}

/** The slot's value; an empty one counts as none. @throws REQUEST_MALFORMED when the field comes twice */
export function slotValue(headers: RawHeaders, name: string): string | null {
  const values = headerValues(headers, name.toLowerCase());
  if (values.length > 1) throw new KeywardError("REQUEST_MALFORMED", `the ${name} field comes more than once`);
  const value = values[0]?.trim() ?? "";
  return value === "" ? null : value;
}

/** Sets the field where it stands; twins of other spelling go. */
export function setHeader(headers: RawHeaders, name: string, value: string): string[] {
  const exact = name.toLowerCase();
  const next = withoutTwins(headers, name, true);
  for (let at = 0; at < next.length; at += 2) {
    if ((next[at] as string).toLowerCase() !== exact) continue;
    next[at + 1] = checkValue(value);
    break;
  }
  return next;
}

/** Without the field and without names that differ from it in `_` or `.` only. */
export function withoutTwins(headers: RawHeaders, name: string, keepsExact = false): string[] {
  const exact = name.toLowerCase();
  const plain = plainName(exact);
  return filterHeaders(headers, (field) => (field === exact ? keepsExact : plainName(field) !== plain));
}

/** As servers see it that take `_` and `.` for `-`. */
function plainName(field: string): string {
  return field.includes("_") || field.includes(".") ? field.replace(/[_.]/g, "-") : field;
}

function checkValue(value: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value;
  throw new KeywardError("CREDENTIAL_UNUSABLE", "the stored credential has characters that no header can carry", {
    hint: "log in again with the key as the provider shows it",
  });
}
