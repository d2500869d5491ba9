// Makes the worthless stand-in a child gets for one secret field: shaped like the real key, random, never part of another one.
// In: the field of a definition and the placeholders there are. Out: a new one. It never sees the real value.
import { KeywardError } from "../core/errors.ts";
import { type DrawText, randomText } from "../core/ids.ts";
import { KEY_ALPHABETS, type KeyShape, makeKeyShaped, randomLength } from "../core/shapes/key-shape.ts";
import type { ProviderField } from "../providers/schema.ts";

/** Chance meets another placeholder practically never; this bounds a loop that a broken shape would make endless. */
const ATTEMPTS = 200;
const MIN_RANDOM = 12;
/** As long as a definition may declare. */
const MAX_LENGTH = 400;
const DEFAULT_SHAPE: KeyShape = { prefix: "", length: 40, alphabet: "base62", separators: [] };
/** Lengths that keys have, tried for a pattern without a shape. */
const LENGTHS = [40, 32, 36, 48, 24, 20, 64, 72, 96, 128, 16];

/**
 * @param keyLength to have, where the shape allows it: in a body, a stand-in as long as the key keeps the body's length true
 * @throws PROVIDER_INVALID when no text of the field's shape can be made
 */
export function makePlaceholder(field: ProviderField, taken: readonly string[], keyLength?: number): string {
  return drawPlaceholder(field, { taken, keyLength, draw: randomText });
}

export interface Drawing {
  readonly taken: readonly string[];
  readonly keyLength?: number | undefined;
  /** Seeded where several processes must make the same one. */
  readonly draw: DrawText;
}

/** As `makePlaceholder`, from characters that come from elsewhere. @throws PROVIDER_INVALID */
export function drawPlaceholder(field: ProviderField, { taken, keyLength, draw }: Drawing): string {
  const shape = field.placeholder ?? deriveShape(field.pattern);
  const fitted = shape === null || keyLength === undefined ? null : fitLength(shape, keyLength);
  const wanted = { pattern: field.pattern, taken, draw };
  const text = (fitted === null ? null : findText(fitted, wanted)) ?? (shape === null ? null : findText(shape, wanted));
  if (text !== null) return text;
  throw new KeywardError("PROVIDER_INVALID", `no placeholder can be made for the field '${field.name}'`, {
    hint: "declare its 'placeholder' shape, then check with: keyward provider validate FILE",
    detail: { field: field.name },
  });
}

interface Wanted {
  readonly pattern: string | undefined;
  readonly taken: readonly string[];
  readonly draw: DrawText;
}

function findText(shape: KeyShape, wanted: Wanted): string | null {
  const expression = wanted.pattern === undefined ? null : new RegExp(wanted.pattern);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const text = makeKeyShaped(shape, wanted.draw);
    const isApart = !wanted.taken.some((other) => text.includes(other) || other.includes(text));
    if (isApart && (expression === null || expression.test(text))) return text;
  }
  return null;
}

/** The shape at another length; null when too little of it would be random. */
function fitLength(shape: KeyShape, length: number): KeyShape | null {
  const fitted = { ...shape, length };
  const fits = shape.separators.every(({ at, text }) => at + text.length <= length);
  return fits && length <= MAX_LENGTH && randomLength(fitted) >= MIN_RANDOM ? fitted : null;
}

/** A shape that passes the pattern: its fixed beginning, then lengths (those it states first) and alphabets that keys have. */
function deriveShape(pattern: string | undefined): KeyShape | null {
  if (pattern === undefined) return DEFAULT_SHAPE;
  const expression = new RegExp(pattern);
  // The literal text after ^; a character that is quantified is not certain to be there.
  const prefix = (/^\^((?:[A-Za-z0-9_-](?![*?{]))*)/.exec(pattern)?.[1] ?? "").slice(0, 40);
  const stated = [...pattern.matchAll(/\{(\d{1,3})/g)].map(([, digits]) => Number(digits));
  for (const length of [...stated, ...LENGTHS].flatMap((plain) => [plain, plain + prefix.length])) {
    for (const alphabet of Object.keys(KEY_ALPHABETS) as (keyof typeof KEY_ALPHABETS)[]) {
      const shape: KeyShape = { ...DEFAULT_SHAPE, prefix, length, alphabet };
      if (length >= 16 && randomLength(shape) >= MIN_RANDOM && expression.test(makeKeyShaped(shape))) return shape;
    }
  }
  return null;
}
