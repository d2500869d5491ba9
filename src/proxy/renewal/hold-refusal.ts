// Holds a 401 back from the client until it is known whether the request is sent again.
// In: the sink that would pass the answer on, and who decides. Out: a sink in its place. Every other answer passes at once; a 401 is
// passed on as it came or thrown away whole, and of one that is held little is read.
import { type KeywardError, toKeywardError } from "../../core/errors.ts";
import type { UpstreamSink } from "../upstream/exchange.ts";

export interface RefusalHooks {
  /** true: the request is sent again, so this answer is thrown away. A rejection takes its place. */
  readonly decide: () => Promise<boolean>;
  /** It is thrown away; `isEnded`: the upstream's connection has nothing more to say. */
  readonly onThrownAway: (error: KeywardError | null, isEnded: boolean) => void;
  /** Read on. */
  readonly resume: () => void;
}

/** More is not read while an answer is held: its sender waits. */
const MAX_HELD_BYTES = 64 * 1024;

export function holdRefusal(sink: UpstreamSink, hooks: RefusalHooks): UpstreamSink {
  let held: (() => void)[] | null = null;
  let heldBytes = 0;
  let isEnded = false;
  let isThrownAway = false;
  const release = (): void => {
    const calls = held ?? [];
    held = null;
    for (const call of calls) call();
    hooks.resume();
  };
  const throwAway = (error: KeywardError | null): void => {
    isThrownAway = true;
    held = null;
    hooks.onThrownAway(error, isEnded);
  };
  const pass = (call: () => void): void => {
    if (isThrownAway) return;
    if (held === null) call();
    else held.push(call);
  };
  return {
    onInformational: (status, headers) => pass(() => sink.onInformational(status, headers)),
    onHead(head) {
      if (head.status !== 401) return sink.onHead(head);
      held = [() => sink.onHead(head)];
      hooks.decide().then(
        (isSentAgain) => (isSentAgain ? throwAway(null) : release()),
        (error: unknown) => throwAway(toKeywardError(error)),
      );
    },
    onData(chunk) {
      if (held === null) return isThrownAway || sink.onData(chunk);
      held.push(() => void sink.onData(chunk));
      heldBytes += chunk.length;
      return heldBytes <= MAX_HELD_BYTES;
    },
    onBodySent: (bytes) => sink.onBodySent(bytes),
    onEnd(trailers) {
      isEnded = true;
      pass(() => sink.onEnd(trailers));
    },
    onError(error) {
      isEnded = true;
      pass(() => sink.onError(error));
    },
  };
}
