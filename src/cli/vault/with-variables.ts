// Calls whose secrets may be kept where a variable of this command leads: the daemon names the variables, the command hands them over.
// In: a call. Out: its result. Only variables that the daemon asked for leave, and only those that are set.
import type { MethodName, Params, Result } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";

export async function callWithVariables<M extends MethodName>(method: M, params: Params<M>, context: Context): Promise<Result<M>> {
  try {
    return await context.call(method, params);
  } catch (error) {
    const wanted = error instanceof KeywardError ? error.detail?.["variables"] : undefined;
    if (!Array.isArray(wanted) || !(await supplyVariables(wanted as readonly string[], context))) throw error;
    return context.call(method, params);
  }
}

/** Returns whether any is set. */
export async function supplyVariables(names: readonly string[], { world, call }: Context): Promise<boolean> {
  const found = names.flatMap((name) => {
    const value = world.environment[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  if (found.length === 0) return false;
  await call("vault.supply", { variables: Object.fromEntries(found) });
  return true;
}

/** A run's secrets are read with the variables of this moment, not with those of an earlier command. */
export async function startRun(params: Params<"run.start">, context: Context): Promise<Result<"run.start">> {
  const started = await callWithVariables("run.start", params, context);
  if (started.variables !== undefined) await supplyVariables(started.variables, context);
  return started;
}

/** So that the daemon can read the secrets that are named. */
export async function prepareSecrets(names: readonly string[] | null, context: Context): Promise<void> {
  const { secrets } = await context.call("vault.check", { profile: context.profile, names });
  await supplyVariables(
    secrets.flatMap(({ variables }) => variables),
    context,
  );
}
