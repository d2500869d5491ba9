// Injects into Basic authentication (RFC 7617): user name or password, inside the base64.
// The child's other half is kept as it is (git's user name, a sub-account), filled in only when it is empty.
import { withHeaders } from "../../core/exchange.ts";
import type { BasicPlace } from "../../providers/schema.ts";
import { decodeBasic } from "../steps/admit.ts";
import { setHeader, slotValue, withoutTwins } from "./header.ts";
import { type GivenFields, holdsPlaceholder, type InjectionKind } from "./kind.ts";
import { renderCredential, renderGiven } from "./template.ts";

const NAME = "Authorization";

interface Pair {
  readonly user: string;
  readonly password: string;
}

/** Where the placeholder stands in the pair the child sent. */
type Half = "user" | "password";

export const basicKind: InjectionKind<BasicPlace> = {
  read(place, request, given) {
    const value = slotValue(request.headers, NAME);
    if (value === null) return "empty";
    const pair = decodeBasic(value);
    if (pair === null) return "other";
    if (findHalf(place, pair, given) !== null) return "placeholder";
    return holdsPlaceholder(`${pair.user}\n${pair.password}`, Object.values(given)) ? "misformed" : "other";
  },

  replace(place, request, { given, fields }) {
    const pair = decodeBasic(slotValue(request.headers, NAME) ?? "") ?? { user: "", password: "" };
    const isUser = findHalf(place, pair, given) === "user";
    const secretTemplate = hasField(place.password) ? place.password : place.username;
    const real = renderCredential(secretTemplate, fields);
    const user = isUser ? real : pair.user || renderCredential(place.username, fields);
    return withHeaders(request, setHeader(request.headers, NAME, encodeBasic({ user, password: isUser ? pair.password : real })));
  },

  fill(place, request, fields) {
    const pair = { user: renderCredential(place.username, fields), password: renderCredential(place.password, fields) };
    return withHeaders(request, [...withoutTwins(request.headers, NAME), NAME, encodeBasic(pair)]);
  },

  clear: (_place, request) => withHeaders(request, withoutTwins(request.headers, NAME)),
  header: () => "authorization",
};

/** The password half when the password template holds a field; the user half when it does not, or when any user name goes. */
function findHalf(place: BasicPlace, pair: Pair, given: GivenFields): Half | null {
  if (!hasField(place.password)) return pair.user === renderGiven(place.username, given) ? "user" : null;
  const expected = renderGiven(place.password, given);
  if (pair.password === expected) return "password";
  return place.anyUsername && pair.user === expected ? "user" : null;
}

function hasField(template: string): boolean {
  return template.includes("{");
}

function encodeBasic(pair: Pair): string {
  return `Basic ${Buffer.from(`${pair.user}:${pair.password}`).toString("base64")}`;
}
