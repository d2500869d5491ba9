// The child's environment, with what there is to say about it. In: the started run. Out: variables; notices go to stderr.
import type { RunStarted } from "../../control/protocol.ts";
import type { Context } from "../context.ts";
import { sweepInherited } from "./sweep.ts";

export async function buildRunEnvironment(
  started: RunStarted,
  keepEnv: readonly string[],
  context: Context,
): Promise<Record<string, string>> {
  const { buildChildEnvironment } = await import("../../child/environment.ts");
  const inherited = await sweepInherited({ started, keepEnv }, context);
  const { env, notices } = buildChildEnvironment({
    inherited,
    started,
    keepEnv,
    stateDirectory: context.paths.state,
  });
  // Each says that something of the user's could not be kept.
  for (const notice of notices) context.out.warn(notice);
  return env;
}
