// Keeps stored secrets out of a run's child that came in by other ways: variables of any name, files it will find.
// In: the context and the started run. Out: the inherited environment with placeholders for secrets. Names go to stderr, values nowhere.
import { suspectFiles, suspectVariables } from "../../child/inherited/suspects.ts";
import type { RunStarted } from "../../control/protocol.ts";
import type { Context } from "../context.ts";

export interface SweptRun {
  readonly started: RunStarted;
  readonly keepEnv: readonly string[];
}

export async function sweepInherited(
  { started, keepEnv }: SweptRun,
  context: Context,
): Promise<Readonly<Record<string, string | undefined>>> {
  const { world, out, profile } = context;
  const inherited = world.environment;
  // Set by the run or kept by the user's own word.
  const decided = new Set([...Object.keys(started.env), ...keepEnv]);
  const files = suspectFiles(world.cwd);
  const replaced: Record<string, string> = {};
  // One by one: a message has a limit.
  for (const values of suspectVariables(inherited, decided))
    Object.assign(replaced, (await context.call("run.sweep", { profile, values, files: [] })).replace);
  const names = Object.keys(replaced).sort();
  if (names.length > 0) out.warn(`${names.join(", ")} held a stored secret; the program gets its placeholder instead`);
  for (const file of files) {
    const { files: holding } = await context.call("run.sweep", { profile, values: {}, files: [file] });
    for (const name of holding) out.warn(`${name} in this directory holds a stored secret, which the program can read; take it out there`);
  }
  return { ...inherited, ...replaced };
}
