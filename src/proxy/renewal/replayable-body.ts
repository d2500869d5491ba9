// A request body that can be read again from its first byte, for a request that is sent a second time with a new credential.
// In: the client's stream. Out: readings of it, one after the other; the last one goes on where the client is. It keeps the start of the
// body only: once more than that has come there is one reading and no other, and memory does not grow with the body.
import { Readable } from "node:stream";

/** A request that is larger cannot be sent twice: its 401 is passed on, and the next request has the new credential. */
export const MAX_KEPT_BYTES = 64 * 1024;

export class ReplayableBody {
  readonly #source: AsyncIterator<Buffer>;
  /** What has been read of the source; what the last reading has passed on is let go once there can be no other. */
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #isEnded = false;
  /** One read of the source for all who wait: a reading that was given up may still be waiting. */
  #pulling: Promise<void> | null = null;
  #reading = 0;

  constructor(source: Readable) {
    this.#source = source.iterator({ destroyOnReturn: false });
  }

  /** The client has begun to send. */
  get hasBegun(): boolean {
    return this.#keptBytes > 0 || this.#isEnded;
  }

  get canReplay(): boolean {
    return this.#keptBytes <= MAX_KEPT_BYTES;
  }

  /** Ends the reading there is, so that nothing of the start gets lost before the next. false: too much has come by now. */
  rewind(): boolean {
    if (!this.canReplay) return false;
    this.#reading += 1;
    return true;
  }

  /** From the first byte. The reading before it, if there was one, ends. */
  open(): Readable {
    this.#reading += 1;
    return Readable.from(this.#read(this.#reading), { objectMode: false });
  }

  async *#read(reading: number): AsyncGenerator<Buffer> {
    let at = 0;
    while (reading === this.#reading) {
      const chunk = this.#kept[at];
      if (chunk !== undefined) {
        if (this.canReplay) at += 1;
        else {
          this.#kept.splice(0, at + 1);
          at = 0;
        }
        yield chunk;
      } else if (this.#isEnded) return;
      else await this.#pull();
    }
  }

  #pull(): Promise<void> {
    this.#pulling ??= this.#take().finally(() => (this.#pulling = null));
    return this.#pulling;
  }

  async #take(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) this.#isEnded = true;
    else {
      this.#kept.push(next.value);
      this.#keptBytes += next.value.length;
    }
  }
}
