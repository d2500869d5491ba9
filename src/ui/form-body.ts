// Reads a submitted form: at most 64 KiB of urlencoded text, then the declared fields and nothing else.
// In: the request. Out: values by field name, or why not. A field sent twice or not declared is refused.
import type { IncomingMessage } from "node:http";
import type { FormChoices } from "./login-form.ts";

export const MAX_FORM_BYTES = 64 * 1024;

/** null = over the limit. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_FORM_BYTES) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_FORM_BYTES) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

/** Names of the boxes; no field can be called so, for its name has no '-'. */
export const CHOICE_NAMES = { anyShape: "any-shape", unverified: "not-verified" } as const satisfies Record<keyof FormChoices, string>;

export function pickChoices(form: URLSearchParams): FormChoices {
  return { anyShape: form.has(CHOICE_NAMES.anyShape), unverified: form.has(CHOICE_NAMES.unverified) };
}

/** The value of each declared field; null when a name is unknown, missing or doubled. */
export function pickFields(form: URLSearchParams, names: readonly string[]): Record<string, string> | null {
  const allowed = new Set<string>(["csrf", ...Object.values(CHOICE_NAMES), ...names]);
  for (const name of form.keys()) if (!allowed.has(name)) return null;
  const values: Record<string, string> = {};
  for (const name of names) {
    const given = form.getAll(name);
    if (given.length !== 1) return null;
    values[name] = given[0] ?? "";
  }
  return values;
}
