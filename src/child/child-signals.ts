// Signals between the wrapper and its child, so that keyward is not felt in between.
// In: the child's pid (once it lives). Out: handlers on this process, taken away again by `release`.
// The child shares our process group: what the terminal sends reaches it directly and must not be sent a second time.
import { isInForeground, isStopped } from "./process-state.ts";

/** Sent to us alone: always passed on. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM"] as const;
/** The terminal sends these to the whole foreground group: passed on only when it cannot have been the terminal. */
const FROM_TERMINAL = ["SIGINT", "SIGQUIT", "SIGWINCH"] as const;
/** How long a child must stay stopped before we stop as well: on `fg` it may be continued a moment after us. */
const STOP_RECHECK_MS = 50;

export interface SignalBridge {
  release(): void;
  /** The child may have stopped: asked by whoever hears of it otherwise than by SIGCHLD. */
  look(): void;
}

/** A child, however it is reached; neither does anything before it lives and after it ended. */
export interface SignalTarget {
  send(signal: NodeJS.Signals): void;
  isStopped(): boolean;
}

/** @param pidOf the child's pid, undefined before it lives and after it ended */
export function bridgeSignals(pidOf: () => number | undefined): SignalBridge {
  return bridgeSignalsTo({
    send: (signal) => send(pidOf(), signal),
    isStopped: () => {
      const pid = pidOf();
      return pid !== undefined && isStopped(pid);
    },
  });
}

export function bridgeSignalsTo(target: SignalTarget): SignalBridge {
  const handlers = new Map<NodeJS.Signals, () => void>();
  const forward = (signal: NodeJS.Signals): void => target.send(signal);
  const follower = followStops(() => target.isStopped());
  for (const signal of FORWARDED) handlers.set(signal, () => forward(signal));
  for (const signal of FROM_TERMINAL) handlers.set(signal, () => void (isInForeground() || forward(signal)));
  handlers.set("SIGCHLD", () => follower.look());
  handlers.set("SIGCONT", () => {
    forward("SIGCONT");
    follower.look();
  });
  // SIGTSTP keeps its default: Ctrl-Z stops us together with the child.
  if (process.platform !== "win32") for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      follower.stop();
    },
    look: () => follower.look(),
  };
}

/**
 * A child can stop itself alone (less and other full-screen programs on Ctrl-Z do). The shell waits for us, not for the child,
 * so we stop as well; `fg` continues the whole group. The kernel ignores SIGTSTP where no shell could continue us.
 */
function followStops(isChildStopped: () => boolean): { look(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  const look = (): void => {
    // Every look starts the wait anew: one that began before we were stopped ourselves would be over at once.
    stop();
    if (isChildStopped()) timer = setTimeout(() => void (isChildStopped() && process.kill(process.pid, "SIGTSTP")), STOP_RECHECK_MS);
  };
  return { look, stop };
}

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // The child ended in this moment, or changed its user (sudo): either way it is not ours to signal.
  }
}
