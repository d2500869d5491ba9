// Waiting for something to happen, never for time to pass: each of these ends with an event, or fails with a name after a limit.
import type { Readable } from "node:stream";

const DEFAULT_LIMIT_MS = 45_000;

/** Values that arrive one by one and are taken one by one, in order, whichever side comes first. */
export class Arrivals<T> {
  readonly #arrived: T[] = [];
  readonly #waiting: ((value: T) => void)[] = [];

  arrive(value: T): void {
    const taker = this.#waiting.shift();
    if (taker === undefined) this.#arrived.push(value);
    else taker(value);
  }

  next(limitMs: number = DEFAULT_LIMIT_MS): Promise<T> {
    const ready = this.#arrived.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return withLimit(new Promise<T>((resolve) => this.#waiting.push(resolve)), "an arrival", limitMs);
  }
}

/** `promise`, or a failure that says what did not happen. */
export async function withLimit<T>(promise: Promise<T>, what: string, limitMs: number = DEFAULT_LIMIT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limitMs} ms for ${what}`)), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first match of `pattern` in what the stream says from now on. */
export function outputMatching(stream: Readable, pattern: RegExp, limitMs: number = DEFAULT_LIMIT_MS): Promise<RegExpExecArray> {
  let heard = "";
  const found = new Promise<RegExpExecArray>((resolve, reject) => {
    const listen = (chunk: Buffer | string): void => {
      heard += chunk.toString();
      const match = pattern.exec(heard);
      if (match === null) return;
      stream.off("data", listen);
      resolve(match);
    };
    stream.on("data", listen);
    stream.once("end", () => reject(new Error(`the output ended without ${pattern}; it was: ${heard.slice(-2000)}`)));
  });
  return withLimit(found, `output matching ${pattern}`, limitMs);
}
