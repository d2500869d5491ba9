// A call that survives the end of its daemon: made again at the next one where that can do no harm.
// In: the call, and how to get a connection. Out: its result, or the error that a further try would give as well.
// A call that may have been done, and would be done twice, is never made again: its error says that it is not known.
import type { MethodName, Params, Result } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Control } from "../context.ts";

export interface RepeatedCall<M extends MethodName> {
  readonly method: M;
  readonly params: Params<M>;
  /** The connection of now, or a fresh one after `forget`. */
  readonly control: () => Promise<Control>;
  readonly forget: (held: Promise<Control>) => void;
}

/** A call that ends the daemon each time must come to an end. */
const MAX_TRIES = 3;

/**
 * They change nothing, or the same thing once more. A run whose answer was lost has a token that nobody knows, and ends with the command
 * that asked for it.
 */
const HARMLESS_TWICE: ReadonlySet<MethodName> = new Set<MethodName>([
  "daemon.status",
  "profile.list",
  "profile.unlock",
  "profile.lock",
  "provider.list",
  "provider.show",
  "provider.validate",
  "provider.test",
  "connection.list",
  "connection.get",
  "connection.reveal",
  "run.start",
  "run.sweep",
  "run.list",
  "run.explain",
  "audit.list",
  "audit.tail",
  "audit.read",
  "audit.show",
  "audit.verify",
  "request.explain",
  "doctor.check",
  "ca.show",
  "creds.catalogue",
  "hub.state",
  "hub.queue",
  "vault.list",
  "vault.get",
  "vault.versions",
  "vault.reveal",
  "vault.expand",
  "vault.check",
  "vault.supply",
  "labelled.list",
  "labelled.get",
]);

export async function callAgain<M extends MethodName>({ method, params, control, forget }: RepeatedCall<M>): Promise<Result<M>> {
  for (let tries = 1; ; tries++) {
    const held = control();
    const connection = await held;
    try {
      return await connection.call(method, params);
    } catch (error) {
      if (!hasEnded(error)) throw error;
      // Of no further use to anybody.
      forget(held);
      connection.close();
      if (tries === MAX_TRIES || !(isUntouched(error) || HARMLESS_TWICE.has(method))) throw error;
    }
  }
}

/** The connection ended before there was an answer. */
export function hasEnded(error: unknown): boolean {
  return isUntouched(error) || (error instanceof KeywardError && error.code === "DAEMON_UNREACHABLE");
}

/** The daemon did not take the call (control/client.ts). */
function isUntouched(error: unknown): boolean {
  return error instanceof KeywardError && error.code === "DAEMON_GONE";
}
