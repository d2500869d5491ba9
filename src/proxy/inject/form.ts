// Injects into one field of an urlencoded body (Slack's `token=`), while it streams; the other fields pass byte for byte.
// Only when the whole value is the placeholder. A form without the field is never given one.
import { FormScanner } from "../body/form-scanner.ts";
import { fieldRewriter, type OnValue } from "../body/field-rewriter.ts";
import { hasMediaType } from "../body/media-type.ts";
import type { FormPlace } from "../../providers/schema.ts";
import type { InjectionKind } from "./kind.ts";
import { LOOK_AHEAD_BYTES, readField } from "../body/read-field.ts";
import { renderCredential, renderGiven } from "./template.ts";

const TYPE = /^application\/x-www-form-urlencoded$/;

export const formKind: InjectionKind<FormPlace> = {
  read(place, request, given) {
    if (!hasMediaType(request, TYPE)) return "empty";
    const expected = renderGiven(place.template, given);
    return readField((onValue) => scanner(place, expected, onValue), {
      body: request.body,
      expected,
      given,
      what: `the form field '${place.name}'`,
    });
  },

  replace: (_place, request) => request,
  fill: null,
  bodyBytes: (_place, request) => (hasMediaType(request, TYPE) ? LOOK_AHEAD_BYTES : 0),

  rewriter(place, request, { given, fields }) {
    const expected = renderGiven(place.template, given);
    if (expected === null || !hasMediaType(request, TYPE)) return null;
    const real = renderCredential(place.template, fields);
    return fieldRewriter((onValue) => scanner(place, expected, onValue), { expected, real, encode: encodeURIComponent });
  },
};

function scanner(place: FormPlace, expected: string | null, onValue: OnValue): FormScanner {
  return new FormScanner(place.name, expected?.length ?? 0, onValue);
}
