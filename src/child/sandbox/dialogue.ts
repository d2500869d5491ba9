// What the wrapper outside and the forwarder inside a sandbox say to each other over descriptor 3: one JSON object a line.
// Types and their readers. The inside is not trusted: what it says can only tell how the program ended.
import { constants } from "node:os";
import type { ErrorBody } from "../../core/errors.ts";
import { ERRORS } from "../../core/error-table.ts";

/** Outside → inside, first. The program's environment travels here: the forwarder itself has none. */
export interface StartMessage {
  readonly start: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly cwd: string;
  };
}

/** Outside → inside, later. */
export interface SignalMessage {
  readonly signal: NodeJS.Signals;
}

/** Inside → outside. */
export type InsideMessage =
  | { readonly started: true }
  | { readonly failed: ErrorBody }
  | { readonly stopped: boolean }
  | { readonly ended: { readonly exitCode: number; readonly signal: NodeJS.Signals | null } };

/** Where the program's standard error is; the forwarder's own descriptor 2 is for its failures. */
export const DIALOGUE_FD = 3;
export const FILTER_FD = 4;
export const PROGRAM_STDERR_FD = 5;
/** bubblewrap's own: it tells of the process that makes the sandbox, and waits for the end of the other. */
export const INFO_FD = 6;
export const HOLD_FD = 7;

/** null for anything that is none. */
export function readInsideMessage(message: Readonly<Record<string, unknown>> | null): InsideMessage | null {
  if (message === null) return null;
  if (message["started"] === true) return { started: true };
  if (typeof message["stopped"] === "boolean") return { stopped: message["stopped"] };
  const failed = message["failed"] as Partial<ErrorBody> | undefined;
  if (typeof failed?.code === "string" && failed.code in ERRORS && typeof failed.message === "string")
    return { failed: failed as ErrorBody };
  const { exitCode, signal } = (message["ended"] ?? {}) as { exitCode?: unknown; signal?: unknown };
  if (typeof exitCode !== "number" || !Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255) return null;
  return { ended: { exitCode, signal: isSignal(signal) ? signal : null } };
}

export function isSignal(value: unknown): value is NodeJS.Signals {
  return typeof value === "string" && Object.hasOwn(constants.signals, value);
}
