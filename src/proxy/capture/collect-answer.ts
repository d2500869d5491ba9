// A client's side that takes an answer in and passes nothing on, so that it can be read whole first.
// In: the real client. Out: the same to forward.ts, and afterwards the answer. It never holds more than its limit: then it hangs up.
import type { ClientSide } from "../client/client-side.ts";
import type { ResponseHead } from "../upstream/exchange.ts";

export interface Collecting {
  readonly side: ClientSide;
  readonly head: ResponseHead | null;
  readonly body: Buffer;
  /** There was more than the limit. */
  readonly isCut: boolean;
}

export function collectAnswer(client: ClientSide, maxBytes: number): Collecting {
  let head: ResponseHead | null = null;
  let isCut = false;
  let bytes = 0;
  let chunks: Buffer[] = [];
  const goneListeners: (() => void)[] = [];
  const hangUp = (): void => {
    isCut = true;
    chunks = [];
    // Not while the upstream's side is in the middle of handing a piece over.
    setImmediate(() => {
      for (const listener of goneListeners) listener();
    });
  };
  const side: ClientSide = {
    head: client.head,
    body: client.body,
    trailers: () => [],
    expectsContinue: false,
    isHttp2: client.isHttp2,
    sendContinue: () => undefined,
    sendInformational: () => undefined,
    start: (given) => void (head = given),
    write(chunk) {
      bytes += chunk.length;
      if (isCut) return true;
      if (bytes > maxBytes) hangUp();
      else chunks.push(chunk);
      return true;
    },
    finish: () => undefined,
    cut: () => undefined,
    refuse: () => undefined,
    isStarted: false,
    get isGone() {
      return isCut || client.isGone;
    },
    onDrain: () => undefined,
    onGone(listener) {
      goneListeners.push(listener);
      client.onGone(listener);
    },
  };
  return {
    side,
    get head() {
      return head;
    },
    get body() {
      return Buffer.concat(chunks);
    },
    get isCut() {
      return isCut;
    },
  };
}
