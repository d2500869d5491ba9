// How many cases a property runs: what CI can afford, or what `npm run fuzz` asks for; with the seed to run the same again.
import { performance } from "node:perf_hooks";

/** @param usual in CI; `npm run fuzz` shares its number out in the same proportion */
export function countFor(usual: number): number {
  const factor = Number(process.env["KEYWARD_FUZZ_FACTOR"] ?? "1");
  return Math.ceil(usual * factor);
}

export function parameters(numRuns: number): { numRuns: number; seed?: number } {
  const seed = process.env["KEYWARD_FUZZ_SEED"];
  return seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) };
}

/** Says how fast it went when it was asked for more than usual. */
export function report<T>(what: string, count: number, run: () => T): T {
  const startedAt = performance.now();
  const say = (end: string): void => {
    if (process.env["KEYWARD_FUZZ_FACTOR"] === undefined) return;
    const seconds = (performance.now() - startedAt) / 1_000;
    process.stdout.write(`fuzz: ${what}: ${count} cases, ${Math.round(count / seconds)} a second, ${end}\n`);
  };
  const failed = (error: unknown): never => {
    say("VIOLATED");
    throw error;
  };
  try {
    const result = run();
    if (result instanceof Promise) return result.then((value: unknown) => (say("0 violations"), value), failed) as T;
    say("0 violations");
    return result;
  } catch (error) {
    return failed(error);
  }
}
