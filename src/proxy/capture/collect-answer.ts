// A client's side that takes an answer in and passes nothing on, so that it can be read whole first.
// In: the real client. Out: the same to forward.ts, and afterwards the answer. It never holds more than its limit: then it hangs up.
import type { ClientSide } from "../client/client-side.ts";
import type { ResponseHead } from "../upstream/exchange.ts";

export interface CollectOptions {
  readonly maxBytes: number;
  /** The answer is worth more than the client that asked for it: it is taken in although the client is gone. */
  readonly outlivesClient: boolean;
}

export interface Collecting {
  readonly side: ClientSide;
  readonly head: ResponseHead | null;
  readonly body: Buffer;
  /** There was more than the limit. */
  readonly isCut: boolean;
  /** Nobody waits for it any longer. */
  hangUp(): void;
}

/** Of a client that is told nothing. */
const SILENT = {
  trailers: () => [],
  expectsContinue: false,
  sendContinue: () => undefined,
  sendInformational: () => undefined,
  finish: () => undefined,
  cut: () => undefined,
  refuse: () => undefined,
  isStarted: false,
  onDrain: () => undefined,
} satisfies Partial<ClientSide>;

export function collectAnswer(client: ClientSide, { maxBytes, outlivesClient }: CollectOptions): Collecting {
  const basket = new Basket(maxBytes);
  const side: ClientSide = {
    ...SILENT,
    head: client.head,
    body: client.body,
    isHttp2: client.isHttp2,
    start: (head) => void (basket.head = head),
    write: (chunk) => basket.take(chunk),
    get isGone() {
      return basket.isOver || (client.isGone && !outlivesClient);
    },
    onGone(listener) {
      basket.onOver(listener);
      if (!outlivesClient) client.onGone(listener);
    },
  };
  return {
    side,
    get head() {
      return basket.head;
    },
    get body() {
      return basket.body;
    },
    get isCut() {
      return basket.isCut;
    },
    hangUp: () => basket.hangUp(),
  };
}

class Basket {
  head: ResponseHead | null = null;
  isCut = false;
  isOver = false;
  readonly #maxBytes: number;
  readonly #listeners: (() => void)[] = [];
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  onOver(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Always true: its sender need not wait, it is stopped when it has said too much. */
  take(chunk: Buffer): true {
    this.#bytes += chunk.length;
    if (this.isOver) return true;
    this.#chunks.push(chunk);
    this.isCut = this.#bytes > this.#maxBytes;
    if (this.isCut) this.hangUp();
    return true;
  }

  hangUp(): void {
    this.isOver = true;
    this.#chunks = [];
    // Not while the upstream's side is in the middle of handing a piece over.
    setImmediate(() => {
      for (const listener of this.#listeners) listener();
    });
  }
}
