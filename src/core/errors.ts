// The one error class. Whoever fails throws `KeywardError` with a code of the table, a message and the next command.
// In: code, message, hint, safe detail, cause. Out: something the CLI, the control socket and the proxy can all print.
// A message, hint or detail never holds a secret, a query string or text taken from an upstream.
import { ERRORS, type ErrorCode } from "./error-table.ts";

/** Ids, hosts, paths and counts only. */
export type SafeDetail = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface ErrorOptions {
  /** The next command to type, or the one thing to change. */
  readonly hint?: string | undefined;
  readonly detail?: SafeDetail | undefined;
  readonly cause?: unknown;
}

/** Shape on the wire and under `--json`: `{code, message, hint}`. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly detail?: SafeDetail;
}

export class KeywardError extends Error {
  override readonly name = "KeywardError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly detail: SafeDetail | undefined;

  /** @param message one line, lower case start, no full stop, no secret */
  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.detail = options.detail;
  }

  get exitCode(): number {
    return ERRORS[this.code].exit;
  }

  get httpStatus(): number {
    return ERRORS[this.code].http;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.detail === undefined ? {} : { detail: this.detail }),
    };
  }

  /** The reverse of `toBody`, for the far side of the control socket. */
  static fromBody(body: ErrorBody): KeywardError {
    const code = body.code in ERRORS ? body.code : "INTERNAL";
    return new KeywardError(code, body.message, { hint: body.hint, detail: body.detail });
  }
}

/** Anything thrown → a KeywardError; a foreign error becomes INTERNAL and keeps its cause, never its text. */
export function toKeywardError(error: unknown): KeywardError {
  if (error instanceof KeywardError) return error;
  return new KeywardError("INTERNAL", "something went wrong that keyward did not expect", { cause: error });
}

/** Node's `error.code` ("ENOENT") or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
