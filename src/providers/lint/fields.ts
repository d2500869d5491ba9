// Lints fields: names and environment names that are unique, secrets that are used, patterns that are safe to run and that the
// placeholder passes. In: a provider. Out: problems.
import { makeKeyShaped, randomLength } from "../../core/shapes/key-shape.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { PlaceholderShape, Provider, ProviderField } from "../schema.ts";
import { HOST_FIELD } from "../login/tenant.ts";
import { patternProblem } from "./pattern.ts";
import { placeTemplates, templateFields } from "./places.ts";

/** A placeholder must not be guessed, and must not turn up by chance. */
const MIN_RANDOM = 12;
/** Samples are random; a shape that fails its pattern in one of 400 would slip through once in two billion runs at most. */
const SAMPLES = 24;

export function fieldProblems(provider: Provider): Problem[] {
  const used = new Set(provider.inject.flat().flatMap(placeTemplates).flatMap(templateFields));
  return [
    ...provider.fields.flatMap((field, index) => [
      ...repeatedNames(provider, index),
      ...(field.name === HOST_FIELD ? [{ path: ["fields", index, "name"], what: "is kept for the host that {tenant} asks for" }] : []),
      ...patternProblems(field, ["fields", index, "pattern"]),
      ...placeholderProblems(field, ["fields", index, "placeholder"]),
      ...(field.secret && !used.has(field.name)
        ? [{ path: ["fields", index, "name"], what: "is secret, but no place of 'inject' uses it" }]
        : []),
    ]),
    ...(provider.fields.some((field) => field.secret) ? [] : [{ path: ["fields"], what: "none of the fields is secret" }]),
    ...(provider.fields.some((field) => field.secret && !field.optional) || !provider.fields.some((field) => field.secret)
      ? []
      : [{ path: ["fields"], what: "every secret is optional, so a login could be empty" }]),
  ];
}

function repeatedNames(provider: Provider, index: number): Problem[] {
  const before = provider.fields.slice(0, index);
  const own = provider.fields[index];
  if (own === undefined) return [];
  const problems: Problem[] = [];
  if (before.some((field) => field.name === own.name))
    problems.push({ path: ["fields", index, "name"], what: "is the name of another field" });
  own.env.forEach((name, at) => {
    const isTaken = before.some((field) => field.env.includes(name)) || own.env.indexOf(name) !== at;
    if (isTaken) problems.push({ path: ["fields", index, "env", at], what: "is declared twice" });
  });
  return problems;
}

function patternProblems(field: ProviderField, path: JsonPath): Problem[] {
  if (field.pattern === undefined) return [];
  const what = patternProblem(field.pattern);
  if (what !== null) return [{ path, what }];
  if (field.hint === undefined) return [{ path, what: "needs a 'hint' that says the shape in words" }];
  if (field.secret && field.placeholder === undefined) return [{ path, what: "needs a 'placeholder' shape that passes it" }];
  return [];
}

function placeholderProblems(field: ProviderField, path: JsonPath): Problem[] {
  const shape = field.placeholder;
  if (shape === undefined) return [];
  if (!field.secret) return [{ path, what: "is only for secret fields; a child gets the others as they are" }];
  const fault = shapeFault(shape);
  if (fault !== null) return [{ path, what: fault }];
  if (field.pattern === undefined || patternProblem(field.pattern) !== null) return [];
  const expression = new RegExp(field.pattern);
  const isSound = Array.from({ length: SAMPLES }, () => makeKeyShaped(shape)).every((sample) => expression.test(sample));
  return isSound ? [] : [{ path, what: "does not pass the field's own pattern" }];
}

function shapeFault(shape: PlaceholderShape): string | null {
  if (/[^\x21-\x7e]/.test(shape.prefix) || shape.separators.some(({ text }) => /[^\x21-\x7e]/.test(text))) {
    return "may hold printable ASCII without spaces only";
  }
  if (shape.form !== undefined && (shape.prefix !== "" || shape.separators.length > 0 || shape.checksum !== undefined))
    return "has a form, so prefix, separators and checksum are not declared beside it";
  let free = shape.prefix.length;
  for (const { at, text } of shape.separators) {
    if (at < free || at + text.length > shape.length) return "has separators that overlap, are out of order or lie outside";
    free = at + text.length;
  }
  if (shape.checksum !== undefined && shape.separators.length > 0) return "cannot have both a checksum and separators";
  return randomLength(shape) < MIN_RANDOM ? `needs at least ${MIN_RANDOM} random characters` : null;
}
