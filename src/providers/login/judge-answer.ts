// What an answer to the check of a login means: known, known but limited, refused, or nothing that can be told.
// In: what the definition expects, the answer. Out: a verdict; it repeats no text of the answer. Pure.
import { headerValues } from "../../core/headers.ts";
import type { Verify } from "./verify-schema.ts";

export interface CheckedAnswer {
  readonly status: number;
  /** Name and value in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** There was more. */
  readonly isCut: boolean;
}

export interface Verdict {
  readonly outcome: "known" | "limited" | "refused" | "unknown";
  readonly status: number | null;
  /** Why nothing can be told; null for the others. */
  readonly reason: string | null;
}

export function judgeAnswer(verify: Verify, answer: CheckedAnswer): Verdict {
  const { status } = answer;
  if (verify.limitedStatus.includes(status)) return { outcome: "limited", status, reason: null };
  if (verify.refusedStatus.includes(status)) return { outcome: "refused", status, reason: null };
  if (!verify.expectStatus.includes(status)) return { outcome: "unknown", status, reason: `the answer was ${status}` };
  const holds = [checkHeader(verify, answer), checkBody(verify, answer)];
  if (holds.includes(false)) return { outcome: "refused", status, reason: null };
  if (holds.includes(null)) return { outcome: "unknown", status, reason: "the answer could not be read" };
  return { outcome: "known", status, reason: null };
}

/** null: it cannot be told. */
function checkHeader({ headerCheck }: Verify, { headers }: CheckedAnswer): boolean {
  return headerCheck === undefined || headerValues(headers, headerCheck.name.toLowerCase()).includes(headerCheck.equals);
}

function checkBody({ bodyCheck }: Verify, answer: CheckedAnswer): boolean | null {
  if (bodyCheck === undefined) return true;
  if (answer.isCut) return null;
  let document: unknown;
  try {
    document = JSON.parse(answer.body.toString("utf8"));
  } catch {
    return null;
  }
  const value = valueAt(document, bodyCheck.pointer);
  if (bodyCheck.equals !== undefined) return value === bodyCheck.equals;
  return value !== undefined && value !== bodyCheck.differs;
}

/** RFC 6901; undefined when nothing is there. */
function valueAt(document: unknown, pointer: string): unknown {
  let here = document;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}
