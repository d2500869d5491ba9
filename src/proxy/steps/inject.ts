// Step 8, inject: the placeholder replaced exactly where the provider declares, hop-by-hop fields stripped, nothing else touched.
// In: a Freshened (or merely Picked) request. Out: the head that leaves for the upstream. Pure.
import { type Freshened, type Outgoing, ownPort, type Picked } from "../../core/exchange.ts";
import { connectionTokens, filterHeaders, isHopByHop, type RawHeaders } from "../../core/headers.ts";
import { formatAuthority } from "../../core/host.ts";
import type { Place } from "../../providers/schema.ts";
import type { BodyRewriter } from "../body/body-rewriter.ts";
import { bodyRewriterFor, fillSlot, readSlot, replaceSlot, slotHeader } from "../inject/kinds.ts";
import { canWrite } from "../inject/place-fields.ts";

/** The head with the credential in it. @throws CREDENTIAL_UNUSABLE */
export function inject(request: Freshened<Place>): Outgoing {
  const { choice, credential } = request;
  const places = choice.alternatives.flat();
  const slots = new Set(places.map(slotHeader).filter((name) => name !== null));
  let outgoing = strip(request, slots);
  const given = givenOf(request);
  for (const place of places) {
    const reading = readSlot(place, outgoing, given);
    if (choice.how === "injected" && reading === "placeholder") {
      outgoing = replaceSlot(place, outgoing, { given, fields: credential.fields });
    } else if (choice.how === "filled" && reading === "empty") {
      outgoing = fillSlot(place, outgoing, credential.fields);
    }
  }
  return outgoing;
}

/** What replaces placeholders in the body, for the places that stand there. */
export function bodyRewriters(request: Freshened<Place>, outgoing: Outgoing): BodyRewriter[] {
  const { choice, credential } = request;
  const values = { given: givenOf(request), fields: credential.fields };
  const places = choice.alternatives.flat().filter((place) => canWrite(place, (field) => Object.hasOwn(credential.fields, field)));
  return places.map((place) => bodyRewriterFor(place, outgoing, values)).filter((rewriter) => rewriter !== null);
}

function givenOf({ choice }: Freshened<Place>): Readonly<Record<string, string>> {
  return { ...choice.connection.publicFields, ...choice.placeholders };
}

/** The head of a request that gets no credential. */
export function passUnchanged(request: Picked<Place>): Outgoing {
  return strip(request, new Set());
}

/** Without hop-by-hop fields, Expect and Host (rebuilt from the tunnel); a slot that `Connection` names stays. */
function strip(request: Picked<Place>, slots: ReadonlySet<string>): Outgoing {
  const named = connectionTokens(request.headers);
  const headers: RawHeaders = filterHeaders(request.headers, (name) => {
    if (name === "host" || name === "expect" || isHopByHop(name)) return false;
    return !named.has(name) || slots.has(name);
  });
  return {
    method: request.method,
    target: request.target,
    headers: ["Host", formatAuthority(request.authority, ownPort(request.scheme)), ...headers],
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}
