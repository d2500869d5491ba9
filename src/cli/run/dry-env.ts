// `run --dry-env`: a run without a child; prints the environment it would have given one.
// In: the run's parameters. Out: on stdout what differs from the present environment, in one of the export formats.
// What it prints is worthless outside of this run: placeholders and the run's proxy address.
import type { RunParams } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { startRun } from "../vault/with-variables.ts";
import type { Context } from "../context.ts";
import { type Format, formatEnvironment, formatRemoval } from "../text/quote.ts";
import { isoTime, relativeTime } from "../text/times.ts";
import { buildRunEnvironment } from "./child-environment.ts";

export interface DryRun {
  readonly params: RunParams & { readonly profile: string | null };
  readonly keepEnv: readonly string[];
  readonly format: Format;
}

export async function printRunEnvironment({ params, keepEnv, format }: DryRun, context: Context): Promise<void> {
  const startedAtMs = context.world.nowMs();
  const started = await startRun(params, context);
  const inherited = context.world.environment;
  const env = await buildRunEnvironment({ started, keepEnv, place: null }, context);
  const changed = Object.fromEntries(Object.entries(env).filter(([name, value]) => inherited[name] !== value));
  const removed = Object.keys(inherited).filter((name) => inherited[name] !== undefined && !Object.hasOwn(env, name));
  const expiresAtMs = startedAtMs + (params.ttlMs ?? 0);
  context.out.object({ run: started.runId, expires_at: isoTime(expiresAtMs), set: changed, unset: removed });
  if (context.out.json) return;
  try {
    context.out.raw(formatEnvironment(changed, format));
  } catch (error) {
    await context.call("run.end", { runId: started.runId });
    throw error instanceof KeywardError ? error : new KeywardError("INTERNAL", "the environment could not be written", { cause: error });
  }
  for (const name of removed) {
    const line = formatRemoval(name, format);
    if (line === null) context.out.warn(`unset ${name} yourself; this format cannot say it`);
    else context.out.raw(`${line}\n`);
  }
  context.out.note(`${started.runId} ends ${relativeTime(expiresAtMs, startedAtMs)}, or with: keyward runs end ${started.runId}`);
}
