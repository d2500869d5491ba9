// Step 8, inject: the placeholder replaced exactly where the provider declares, hop-by-hop fields stripped, nothing else touched.
// In: a Freshened (or merely Picked) request. Out: the head that leaves for the upstream. Pure.
import { type Choice, type Freshened, type Outgoing, ownPort, type Picked } from "../../core/exchange.ts";
import { connectionTokens, isHopByHop } from "../../core/headers.ts";
import { formatAuthority } from "../../core/host.ts";
import type { Place } from "../../providers/schema.ts";
import type { BodyRewriter } from "../body/body-rewriter.ts";
import type { SlotReading, SlotValues } from "../inject/kind.ts";
import { bodyRewriterFor, canClear, clearSlot, fillSlot, readSlot, replaceSlot, slotHeader } from "../inject/kinds.ts";
import { canWrite, isLabel, placeFields } from "../inject/place-fields.ts";
import { givenTo } from "../inject/template.ts";

export interface Injected {
  /** The head with the credential in it. */
  readonly outgoing: Outgoing;
  /** What stood where it was written; null: it stands nowhere in the head. */
  readonly slot: SlotReading | null;
}

/** @throws CREDENTIAL_UNUSABLE */
export function inject(request: Freshened<Place>): Injected {
  const { choice, credential } = request;
  let outgoing = strip(request, choice.alternatives.length === 1 ? (choice.alternatives[0] ?? []) : choice.alternatives.flat());
  for (const place of choice.cleared ?? []) outgoing = clearSlot(place, outgoing);
  const values = { given: givenTo(choice.placeholders, choice.connection), fields: credential.fields };
  let slot: SlotReading | null = null;
  for (const places of choice.alternatives) {
    const injected = injectTogether(places, outgoing, { choice, values });
    outgoing = injected.outgoing;
    slot ??= injected.slot;
  }
  return { outgoing, slot };
}

/** One alternative: its credentials, then, when one of them was written, what goes along with it. */
function injectTogether(
  places: readonly Place[],
  head: Outgoing,
  { choice, values }: { readonly choice: Choice<Place>; readonly values: SlotValues },
): Injected {
  const isSecret = (field: string): boolean => Object.hasOwn(choice.placeholders, field);
  let outgoing = head;
  let slot: SlotReading | null = null;
  for (const place of places) {
    if (isLabel(place, isSecret)) continue;
    const reading = readSlot(place, outgoing, values.given);
    if (reading !== (choice.how === "injected" ? "placeholder" : "empty")) continue;
    slot = reading;
    outgoing = choice.how === "injected" ? replaceSlot(place, outgoing, values) : fillSlot(place, outgoing, values.fields);
  }
  if (slot === null) return { outgoing, slot };
  for (const place of places) if (isLabel(place, isSecret)) outgoing = writeLabel(place, outgoing, values);
  return { outgoing, slot };
}

/** Public values go where nothing stands; fixed text says what this credential is, whatever the child thought it would be. */
function writeLabel(place: Place, head: Outgoing, { given, fields }: SlotValues): Outgoing {
  if (!canWrite(place, (field) => Object.hasOwn(fields, field))) return head;
  const isOurs = placeFields(place).length === 0 && canClear(place);
  const cleared = isOurs ? clearSlot(place, head) : head;
  return readSlot(place, cleared, given) === "empty" ? fillSlot(place, cleared, fields) : cleared;
}

/** What replaces placeholders in the body, for the places that stand there. */
export function bodyRewriters(request: Freshened<Place>, outgoing: Outgoing): BodyRewriter[] {
  const { choice, credential } = request;
  const values = { given: givenTo(choice.placeholders, choice.connection), fields: credential.fields };
  const isThere = (field: string): boolean => Object.hasOwn(credential.fields, field);
  const rewriters: BodyRewriter[] = [];
  for (const places of choice.alternatives) {
    for (const place of places) {
      const rewriter = canWrite(place, isThere) ? bodyRewriterFor(place, outgoing, values) : null;
      if (rewriter !== null) rewriters.push(rewriter);
    }
  }
  return rewriters;
}

/** The head of a request that gets no credential. */
export function passUnchanged(request: Picked<Place>): Outgoing {
  return strip(request, []);
}

/** Without hop-by-hop fields, Expect and Host (rebuilt from the tunnel); a slot that `Connection` names stays. */
function strip(request: Picked<Place>, slots: readonly Place[]): Outgoing {
  const named = connectionTokens(request.headers);
  const headers = ["Host", formatAuthority(request.authority, ownPort(request.scheme))];
  for (let i = 0; i < request.headers.length; i += 2) {
    const field = request.headers[i] ?? "";
    const name = field.toLowerCase();
    if (name === "host" || name === "expect" || isHopByHop(name)) continue;
    if (named.has(name) && !slots.some((place) => slotHeader(place) === name)) continue;
    headers.push(field, request.headers[i + 1] ?? "");
  }
  return {
    method: request.method,
    target: request.target,
    headers,
    body: request.body,
  };
}
