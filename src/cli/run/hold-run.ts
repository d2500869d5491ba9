// Keeps a run alive while its child lives: when the daemon goes away it is started again and the run attached to the new one.
// In: the control connection that started the run. Out: `stop`, which gives the connection in use. It never touches the child.
import type { ProcessIdentity } from "../../core/run.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { Context, Control } from "../context.ts";

export interface HeldRun {
  /** Ends the holding; null when the daemon is away at that moment. */
  stop(): Control | null;
}

export interface HoldOptions {
  readonly runId: string;
  readonly owner: ProcessIdentity;
  readonly control: Control;
  /** To the same daemon, when it has come back. */
  readonly connect: () => Promise<Control>;
}

const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

export function holdRun({ runId, owner, control, connect }: HoldOptions, context: Context): HeldRun {
  let current: Control | null = control;
  let attaching: Control | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const watch = (held: Control): void =>
    void held.closed.then(() => {
      current = null;
      if (!stopped) void attach(FIRST_PAUSE_MS);
    });
  const attach = async (pauseMs: number): Promise<void> => {
    try {
      const fresh = await connect();
      attaching = fresh;
      if (stopped) return fresh.close();
      await fresh.call("run.attach", { runId, owner });
      if (stopped) return fresh.close();
      [current, attaching] = [fresh, null];
      context.out.detail("the daemon was restarted and the run goes on");
      watch(fresh);
    } catch (thrown) {
      attaching?.close();
      attaching = null;
      if (stopped) return;
      const error = toKeywardError(thrown);
      // The daemon is well and does not know the run any more: it was ended, on purpose.
      if (error.code === "RUN_UNKNOWN") return context.out.warn(`the run was ended; its requests are refused now (${runId})`);
      if (pauseMs === FIRST_PAUSE_MS) context.out.warn(`the daemon is gone and does not come back yet: ${error.message}`);
      timer = setTimeout(() => void attach(Math.min(pauseMs * 2, MAX_PAUSE_MS)), pauseMs);
    }
  };
  watch(control);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      // A daemon may take its time to answer, for which nobody waits any more.
      attaching?.close();
      return current;
    },
  };
}
