// Step 6, pick: the placeholder says which connection; nothing there means the run's default; something else is the child's own.
// In: a Matched request and the bindings. Out: the choice, or none. A connection that has been logged out is refused. Pure.
import { type Choice, type Matched, type Outgoing, type Picked, toMatched, toPicked } from "../../core/exchange.ts";
import type { Connection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Place } from "../../providers/schema.ts";
import type { GivenFields, SlotReading } from "../inject/kind.ts";
import { canClear, canFill, readSlot } from "../inject/kinds.ts";
import { canWrite, holdsFor, isLabel } from "../inject/place-fields.ts";
import { givenTo } from "../inject/template.ts";
import type { Binding } from "../ports.ts";
import { ownsAuthority } from "./route.ts";

/** @throws CONNECTION_AMBIGUOUS, LOGIN_REQUIRED, REQUEST_MALFORMED */
export function pick(matched: Matched<Place>, allBindings: readonly Binding[]): Picked<Place> {
  const bindings = allBindings.filter((binding) => ownsAuthority(binding, matched.authority));
  if (matched.candidates.length === 0) return toPicked(matched, null, "none");
  const readings = readAll(matched, bindings);
  const shown = readings.filter(({ reading }) => reading === "placeholder");
  const owners = [...new Set(shown.map(({ binding }) => binding))];
  if (owners.length > 1) throw ambiguous(matched, "the request shows placeholders of two connections");
  const owner = owners[0];
  if (owner !== undefined) return chooseOwner(matched, owner, shown);
  if (readings.some(({ reading }) => reading === "misformed")) throw misformed(matched);
  if (readings.some(({ reading }) => reading === "other")) return toPicked(matched, null, "own");
  const candidates = matched.candidates.filter(({ alternatives }) => alternatives.some((places) => places.every(canFill)));
  if (candidates.length > 0) return choose(matched, { binding: defaultBinding(toMatched(matched, candidates), bindings), how: "filled" });
  // Nothing can be made up, but what has not been read of the body may hold a placeholder: the default connection's, then.
  if (!readings.some(({ reading }) => reading === "later")) return toPicked(matched, null, "none");
  return choose(matched, { binding: defaultBinding(matched, bindings), how: "injected" });
}

/** The texts the child was given for this binding: placeholders, and public fields as they are. */
export function givenFields(binding: Pick<Binding, "placeholders" | "connection">): GivenFields {
  return givenTo(binding.placeholders, binding.connection);
}

/** Where a key of this provider goes, a token may not (and the other way round): then it is moved to where it does. */
function chooseOwner(matched: Matched<Place>, owner: Binding, shown: readonly SlotOf[]): Picked<Place> {
  const places = shown.map(({ place }) => place);
  if (places.some((place) => isFor(place, owner))) return choose(matched, { binding: owner, how: "injected" });
  const moved = choose(matched, { binding: owner, how: "filled" });
  const isFilled = moved.choice?.alternatives[0]?.every(canFill) === true;
  if (moved.choice === null || !isFilled || !places.every(canClear)) throw misformed(matched);
  return { ...moved, choice: { ...moved.choice, cleared: places }, slots: "injected" };
}

/** Of a connection that has been logged out nobody knows any more. */
function isFor(place: Place, { connection }: Binding): boolean {
  return connection === null || holdsFor(place, connection.kind);
}

interface SlotOf {
  readonly place: Place;
  readonly binding: Binding;
  readonly reading: SlotReading;
}

function readAll(matched: Matched<Place>, bindings: readonly Binding[]): SlotOf[] {
  const slots: SlotOf[] = [];
  for (const { provider, alternatives } of matched.candidates) {
    for (const binding of bindings) {
      if (binding.provider === provider) for (const places of alternatives) readSlots(matched, { binding, places }, slots);
    }
  }
  return slots;
}

function readSlots(head: Outgoing, owned: { binding: Binding; places: readonly Place[] }, slots: SlotOf[]): void {
  const { binding, places } = owned;
  const given = givenFields(binding);
  const isGiven = (field: string): boolean => Object.hasOwn(given, field);
  const isSecret = (field: string): boolean => Object.hasOwn(binding.placeholders, field);
  for (const place of places) {
    if (canWrite(place, isGiven) && !isLabel(place, isSecret)) slots.push({ place, binding, reading: readSlot(place, head, given) });
  }
}

function defaultBinding(matched: Matched<Place>, bindings: readonly Binding[]): Binding {
  const [candidate, second] = matched.candidates;
  if (candidate === undefined || second !== undefined) throw ambiguous(matched, "two providers cover this path");
  const own = bindings.filter((binding) => binding.provider === candidate.provider);
  const chosen = own.find((binding) => binding.isDefault) ?? (own.length === 1 ? own[0] : undefined);
  if (chosen === undefined) throw ambiguous(matched, "none of the connections is the default");
  return chosen;
}

function choose(matched: Matched<Place>, chosen: { binding: Binding; how: Choice["how"] }): Picked<Place> {
  const { binding, how } = chosen;
  if (binding.connection === null) {
    throw new KeywardError("LOGIN_REQUIRED", `${binding.provider} (${binding.name}) is not logged in any more`, {
      hint: `keyward login ${binding.provider} --connection ${binding.name}`,
      detail: { provider: binding.provider },
    });
  }
  const candidate = matched.candidates.find(({ provider }) => provider === binding.provider);
  const all = (candidate?.alternatives ?? [])
    .map((places) => places.filter((place) => isFor(place, binding)))
    .filter((places) => places.length > 0);
  const alternatives = how === "filled" ? fillable(all, binding.connection) : all;
  return toPicked(matched, { connection: binding.connection, placeholders: binding.placeholders, alternatives, how }, how);
}

/**
 * Filling writes the preferred alternative; replacing looks in all of them. What the login left out, optional fields, is not written.
 * Places that cannot be filled stay, for a placeholder in the part of the body that has not been read.
 */
function fillable(all: readonly (readonly Place[])[], connection: Connection): readonly (readonly Place[])[] {
  const has = (field: string): boolean => Object.hasOwn(connection.placeholders, field) || Object.hasOwn(connection.publicFields, field);
  const complete = all.filter((places) => places.every(canFill));
  const isSecret = (field: string): boolean => Object.hasOwn(connection.placeholders, field);
  const written = complete
    .map((places) => places.filter((place) => canWrite(place, has)))
    .filter((places) => places.some((place) => !isLabel(place, isSecret)));
  // None at all: the first one, so that the request fails with the name of what is missing and never leaves without a credential.
  return [...(written.length > 0 ? written : complete).slice(0, 1), ...all.filter((places) => !places.some(canFill))];
}

function ambiguous(matched: Matched<Place>, why: string): KeywardError {
  const providers = matched.candidates.map(({ provider }) => provider);
  return new KeywardError("CONNECTION_AMBIGUOUS", `${why} (${providers.join(", ")})`, {
    hint: "send the placeholder of the connection you mean, or choose one: keyward run --connection PROVIDER=NAME -- <command>",
    detail: { provider: providers[0] ?? "" },
  });
}

function misformed(matched: Matched<Place>): KeywardError {
  const provider = matched.candidates[0]?.provider ?? "";
  return new KeywardError("REQUEST_MALFORMED", `the placeholder is in the right field, but not in the form ${provider} declares`, {
    hint: `keyward provider show ${provider}`,
    detail: { provider },
  });
}
