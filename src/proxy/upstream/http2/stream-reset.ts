// The code of a reset HTTP/2 stream on its way from one side to the other (RFC 9113 §7). Part of steps 9 and 10.
// In: the code that one side gave. Out: the code that the other is given: those that say something about the request go on, what is wrong
// with one connection is no other's business.
import { constants } from "node:http2";
import { KeywardError } from "../../../core/errors.ts";

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_REFUSED_STREAM } = constants;
const TO_UPSTREAM: ReadonlySet<number | undefined> = new Set([NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR]);
const TO_CLIENT: ReadonlySet<number | undefined> = new Set([...TO_UPSTREAM, NGHTTP2_REFUSED_STREAM]);

/** The upstream reset the stream, or never took it. */
export class StreamReset extends Error {
  readonly code: string;
  readonly resetCode: number | undefined;

  constructor(resetCode: number | undefined) {
    super("the stream was reset");
    this.code = `H2_RESET_${resetCode ?? "?"}`;
    this.resetCode = resetCode;
  }
}

/** What the upstream is told when the client has gone. */
export function codeForUpstream(clientCode: number | undefined): number {
  return clientCode !== undefined && TO_UPSTREAM.has(clientCode) ? clientCode : NGHTTP2_CANCEL;
}

/** What the client is told when the answer broke. */
export function codeForClient(error: unknown): number {
  const code = resetCodeOf(error);
  return code !== undefined && TO_CLIENT.has(code) ? code : NGHTTP2_INTERNAL_ERROR;
}

/** The upstream says that it has not looked at the request: sending it again is no second one (RFC 9113 §8.7). */
export function wasRefused(error: unknown): boolean {
  return resetCodeOf(error) === NGHTTP2_REFUSED_STREAM;
}

function resetCodeOf(error: unknown): number | undefined {
  const cause = error instanceof KeywardError ? error.cause : error;
  return cause instanceof StreamReset ? cause.resetCode : undefined;
}
