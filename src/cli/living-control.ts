// A connection that outlives its daemon: the one of before, or one to the daemon that came after it.
// In: a first connection, the context. Out: a connection, or null while there is no daemon. It starts none: whoever stopped it meant to.
import type { Context, Control } from "./context.ts";

export class LivingControl {
  readonly #context: Pick<Context, "world" | "paths">;
  #control: Control | null = null;

  constructor(first: Control, context: Pick<Context, "world" | "paths">) {
    this.#context = context;
    this.#hold(first);
  }

  async find(): Promise<Control | null> {
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
