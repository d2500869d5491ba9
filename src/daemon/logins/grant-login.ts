// One OAuth login in progress: work that ends with a stored connection, or is cut off. It ends once.
// In: the work, which stops when its signal is raised and stores in one step at its end. Out: the stored connection through `done`.
import type { StoredConnection } from "../../control/protocol.ts";
import { type KeywardError, toKeywardError } from "../../core/errors.ts";

export type GrantWork = (signal: AbortSignal) => Promise<StoredConnection>;

export class GrantLogin {
  readonly done: Promise<StoredConnection>;
  readonly #abort = new AbortController();

  constructor(work: GrantWork, onEnd: () => void) {
    const cut = new Promise<never>((_resolve, reject) => {
      this.#abort.signal.addEventListener("abort", () => reject(this.#abort.signal.reason as KeywardError), { once: true });
    });
    this.done = Promise.race([work(this.#abort.signal), cut]).catch((error: unknown) => {
      throw toKeywardError(error);
    });
    // Nobody may be waiting yet, or any more.
    this.done.then(onEnd, onEnd);
  }

  cancel({ error }: { readonly error: KeywardError }): void {
    this.#abort.abort(error);
  }
}
