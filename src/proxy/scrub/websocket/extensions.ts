// Which WebSocket extensions are carried when messages are searched: permessage-deflate (RFC 7692), which can be looked into. Part of steps 8 and 10.
// In: fields of the handshake. Out: the offer that leaves, and what the upstream made of it.
import { KeywardError } from "../../../core/errors.ts";
import { headerValues, type RawHeaders } from "../../../core/headers.ts";

const FIELD = "sec-websocket-extensions";
const DEFLATE = "permessage-deflate";

export interface Deflate {
  /** A message may refer to the text of those before it. */
  readonly keepsContext: boolean;
}

/** The head with the offers that can be looked into, and without the field where there are none. */
export function offerReadable(headers: RawHeaders): RawHeaders {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const [name = "", value = ""] = headers.slice(at, at + 2);
    const offers = name.toLowerCase() === FIELD ? entriesOf(value).filter((entry) => nameOf(entry) === DEFLATE) : [value];
    if (offers.length > 0) kept.push(name, offers.join(", "));
  }
  return kept;
}

/** What was agreed on; null: nothing. @param offered the head that left. @throws UPSTREAM_BROKEN for what nobody offered */
export function agreedDeflate(answer: RawHeaders, offered: RawHeaders): Deflate | null {
  const [agreed, ...others] = headerValues(answer, FIELD).flatMap(entriesOf);
  if (agreed === undefined) return null;
  const isOffered = nameOf(agreed) === DEFLATE && headerValues(offered, FIELD).length > 0;
  if (!isOffered || others.length > 0) {
    throw new KeywardError("UPSTREAM_BROKEN", "the upstream switched to a WebSocket extension that nobody offered");
  }
  return { keepsContext: !parametersOf(agreed).includes("server_no_context_takeover") };
}

/** `permessage-deflate; client_max_window_bits` of a list of them. None of the registered parameters holds a comma. */
function entriesOf(value: string): string[] {
  return value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function nameOf(entry: string): string {
  return (entry.split(";", 1)[0] ?? "").trim().toLowerCase();
}

function parametersOf(entry: string): string[] {
  return entry
    .split(";")
    .slice(1)
    .map((parameter) => (parameter.split("=", 1)[0] ?? "").trim().toLowerCase());
}
