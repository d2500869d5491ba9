// The one line that says how far the program is kept from the keys. In: the run's level. Out: a line on stderr.
// A plain run says it to people only: a program's standard error must stay what it was for the scripts that read it.
import type { RunLevel } from "../../core/run.ts";
import type { Context } from "../context.ts";

const PROMISES: Readonly<Record<RunLevel, string>> = {
  L0: "no key in the program's reach, but nothing stops one that attacks keyward itself",
  L1: "the program cannot reach keyward's store, memory or control",
  L2: "keyward runs as another user",
  "L1+L2": "keyward runs as another user, and the program cannot reach it",
};

export function announceLevel(level: RunLevel, details: readonly string[], { out, world, verbose }: Context): void {
  if (level === "L0" && world.stderr.isTTY !== true && !verbose) return;
  out.tell(`keyward: level ${level}: ${[PROMISES[level], ...details].join("; ")}`);
}
