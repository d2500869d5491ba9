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
  /** Nobody waits for it any longer. */
  hangUp(): void;
}

export interface CollectOptions {
  readonly maxBytes: number;
  /** The answer is worth more than the client that asked for it: it is taken in although the client is gone. */
  readonly outlivesClient: boolean;
}

export function collectAnswer(client: ClientSide, { maxBytes, outlivesClient }: CollectOptions): Collecting {
  let head: ResponseHead | null = null;
  let isCut = false;
  let isOver = false;
  let bytes = 0;
  let chunks: Buffer[] = [];
  const goneListeners: (() => void)[] = [];
  const hangUp = (): void => {
    isOver = true;
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
      if (isOver) return true;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return true;
      }
      isCut = true;
      hangUp();
      return true;
    },
    finish: () => undefined,
    cut: () => undefined,
    refuse: () => undefined,
    isStarted: false,
    get isGone() {
      return isOver || (client.isGone && !outlivesClient);
    },
    onDrain: () => undefined,
    onGone(listener) {
      goneListeners.push(listener);
      if (!outlivesClient) client.onGone(listener);
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
    hangUp,
  };
}
