// Waits, unless a signal ends the waiting. In: a time, a signal. Out: nothing, or the signal's reason thrown.
import { setTimeout as sleep } from "node:timers/promises";

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
