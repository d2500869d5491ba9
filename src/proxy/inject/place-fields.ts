// Which fields of the credential a place writes, whatever its kind, and for whom it is there: a pasted key, or a token keyward got.
// In: a place of a definition. Out: field names and answers; asked for every request, so names are found once per place.
import type { ConnectionKind } from "../../core/connection.ts";
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

/** Linear takes its keys bare and its OAuth tokens as Bearer: a place may be for one of the two only. */
export function holdsFor(place: Place, kind: ConnectionKind): boolean {
  return place.when === undefined || place.when === (kind === "oauth2" ? "oauth" : "key");
}

/** Fixed text or public fields only: it says what the credential is and goes along with it, but is none. */
export function isLabel(place: Place, isSecret: (field: string) => boolean): boolean {
  return !placeFields(place).some(isSecret);
}

function fieldsIn(values: readonly unknown[]): string[] {
  const texts = values.flat().filter((value) => typeof value === "string");
  return [...new Set(texts.flatMap((text) => [...text.matchAll(FIELD)].map(([, name]) => name ?? "")))];
}
