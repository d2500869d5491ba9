// A connection that outlives its daemon: the one of before, or one to the daemon that came after it.
// In: a first connection, the context. Out: answers, or null while there is no daemon. It starts none: whoever stopped it meant to.
import type { MethodName, Params, Result } from "../../control/protocol.ts";
import type { Context, Control } from "../context.ts";
import { hasEnded } from "./call-again.ts";

export class LivingControl {
  readonly #context: Pick<Context, "world" | "paths">;
  #control: Control | null = null;

  constructor(first: Control, context: Pick<Context, "world" | "paths">) {
    this.#context = context;
    this.#hold(first);
  }

  /** null also when the daemon ends before it answers. Only for what changes nothing: it may have been done. */
  async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M> | null> {
    const control = await this.#find();
    try {
      return control === null ? null : await control.call(method, params);
    } catch (error) {
      if (!hasEnded(error)) throw error;
      return null;
    }
  }

  async #find(): Promise<Control | null> {
    if (this.#control === null) {
      const found = await this.#context.world.find(this.#context.paths);
      if (found !== null) this.#hold(found);
    }
    return this.#control;
  }

  close(): void {
    this.#control?.close();
  }

  #hold(control: Control): void {
    this.#control = control;
    void control.closed.then(() => {
      this.#control = null;
    });
  }
}
