// Injects into one string of a JSON body, found by its keys, while the body streams; every other byte passes as it is.
// Only when the whole string is the placeholder. A body without the key is never given one.
import { fieldRewriter, type OnValue } from "../body/field-rewriter.ts";
import { JsonScanner } from "../body/json-scanner.ts";
import { hasMediaType } from "../body/media-type.ts";
import type { JsonPlace } from "../../providers/schema.ts";
import type { InjectionKind } from "./kind.ts";
import { LOOK_AHEAD_BYTES, readField } from "../body/read-field.ts";
import { renderCredential, renderGiven } from "./template.ts";

const TYPE = /^application\/(?:[!#$&^_.+0-9a-z-]+\+)?json$/;

export const jsonKind: InjectionKind<JsonPlace> = {
  read(place, request, given) {
    if (!hasMediaType(request, TYPE)) return "empty";
    const expected = renderGiven(place.template, given);
    return readField((onValue) => scanner(place, expected, onValue), {
      body: request.body,
      expected,
      given,
      what: `'${place.pointer}' in the body`,
    });
  },

  replace: (_place, request) => request,
  fill: null,
  bodyBytes: (_place, request) => (hasMediaType(request, TYPE) ? LOOK_AHEAD_BYTES : 0),

  rewriter(place, request, { given, fields }) {
    const expected = renderGiven(place.template, given);
    if (expected === null || !hasMediaType(request, TYPE)) return null;
    const real = renderCredential(place.template, fields);
    return fieldRewriter((onValue) => scanner(place, expected, onValue), { expected, real, encode: JSON.stringify });
  },
};

function scanner(place: JsonPlace, expected: string | null, onValue: OnValue): JsonScanner {
  const keys = place.pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return new JsonScanner(keys, expected?.length ?? 0, onValue);
}
