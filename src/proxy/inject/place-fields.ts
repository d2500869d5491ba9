// Which fields of the credential a place writes, whatever its kind: the {field}s of its templates.
// In: a place of a definition. Out: field names; asked for every request, so they are found once per place.
import type { Place } from "../../providers/schema.ts";

const FIELD = /\{([a-z][a-z0-9_]*)\}/g;
const known = new WeakMap<Place, readonly string[]>();

export function placeFields(place: Place): readonly string[] {
  // A signature without a session token is whole.
  const found = known.get(place) ?? fieldsIn(place.in === "sigv4" ? [place.accessKey, place.secretKey] : Object.values(place));
  known.set(place, found);
  return found;
}

/** A login may leave out an optional field: places that use it do not exist for that connection. */
export function canWrite(place: Place, has: (field: string) => boolean): boolean {
  return placeFields(place).every(has);
}

function fieldsIn(values: readonly unknown[]): string[] {
  const texts = values.flat().filter((value) => typeof value === "string");
  return [...new Set(texts.flatMap((text) => [...text.matchAll(FIELD)].map(([, name]) => name ?? "")))];
}
