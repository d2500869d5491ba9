// An error as the hub answers it: `{error:{code,message,path?,request_id,next_steps?}}`.
// In: anything thrown. Out: a status, headers and that body. What is not of the table becomes INTERNAL and is logged by its type alone.
import { ERRORS } from "../../core/error-table.ts";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { HubLog } from "../hub-parts.ts";

export interface HubErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** The field that is wrong: `body.name`. */
    readonly path?: string;
    readonly request_id: string;
    readonly next_steps?: readonly { readonly command: string }[];
  };
}

export interface HubAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HubErrorBody;
}

const RETRY_AFTER_S = 2;
const COMMAND = /^keyward /;

export function toHubAnswer(error: unknown, requestId: string, log: HubLog): HubAnswer {
  const known = toKeywardError(error);
  if (known.code === "INTERNAL") log.error("unexpected", { requestId, type: typeName(known.cause) });
  const status = ERRORS[known.code].http;
  return { status, headers: { ...retryAfter(known), ...challenge(status) }, body: { error: bodyOf(known, requestId) } };
}

function bodyOf(error: KeywardError, requestId: string): HubErrorBody["error"] {
  const path = error.detail?.["path"];
  const steps = error.hint !== undefined && COMMAND.test(error.hint) ? [{ command: error.hint }] : [];
  const message = steps.length === 0 && error.hint !== undefined ? `${error.message}: ${error.hint}` : error.message;
  return {
    code: error.code,
    message,
    ...(typeof path === "string" ? { path } : {}),
    request_id: requestId,
    ...(steps.length === 0 ? {} : { next_steps: steps }),
  };
}

/** RFC 9110 §10.2.3: when to ask again what was refused for the moment only. */
export function retryAfter(error: KeywardError): Record<string, string> {
  const status = ERRORS[error.code].http;
  const wait = error.detail?.["retryAfterS"];
  return status === 429 || status === 503 ? { "retry-after": String(typeof wait === "number" ? wait : RETRY_AFTER_S) } : {};
}

/** RFC 6750 §3. */
function challenge(status: number): Record<string, string> {
  return status === 401 ? { "www-authenticate": 'Bearer realm="keyward", error="invalid_token"' } : {};
}

function typeName(cause: unknown): string {
  return cause instanceof Error ? `${cause.name} ${(cause as { code?: string }).code ?? ""}`.trim() : typeof cause;
}

/** A field is wrong. @param path `body.name` */
export function invalidField(path: string, message: string): KeywardError {
  return new KeywardError("HUB_INVALID", `${path}: ${message}`, { detail: { path } });
}

/** Also for what belongs to others: the same words, so that nobody learns which. */
export function notFound(what: string): KeywardError {
  return new KeywardError("HUB_NOT_FOUND", `there is no such ${what}`);
}
