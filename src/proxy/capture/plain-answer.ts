// An answer that was taken in whole, without its content coding: what can be read, changed and sent on.
// In: head and body as they came. Out: a PlainAnswer with fields that are true of its body; null: a coding nobody here knows, or one that
// swells beyond the limit.
import { filterHeaders, headerValue } from "../../core/headers.ts";
import type { Secret } from "../../core/secret.ts";
import { codingsOf } from "../scrub/coded/content-coding.ts";
import { Decoder } from "../scrub/coded/decoder.ts";
import { KeyFinder } from "../scrub/find/key-finder.ts";
import { keyForms } from "../scrub/find/key-forms.ts";
import { maskBytes, maskFields } from "../scrub/find/mask-fields.ts";
import type { ResponseHead } from "../upstream/exchange.ts";

export interface PlainAnswer {
  readonly head: ResponseHead;
  readonly body: Buffer;
  /** Content-Type; "" = not said. */
  readonly type: string;
}

/** Fields that are true of the bytes that came alone. */
const OF_ITS_BYTES: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-md5",
  "content-digest",
  "digest",
  "repr-digest",
  "etag",
  "accept-ranges",
]);

export async function decodeAnswer(head: ResponseHead, bytes: Buffer, maxBytes: number): Promise<PlainAnswer | null> {
  const type = headerValue(head.headers, "content-type") ?? "";
  const codings = codingsOf(head.headers);
  // Of a part nobody can tell what the whole is.
  if (codings === null || head.status === 206) return null;
  const answer = { head, body: bytes, type };
  if (bytes.length === 0) return answer;
  if (codings.length === 0) return headerValue(head.headers, "content-length") === null ? withBody(answer, bytes) : answer;
  const decoded = await decode(codings, bytes, maxBytes);
  return decoded === null ? null : withBody(answer, decoded);
}

export function withBody({ head, type }: PlainAnswer, body: Buffer): PlainAnswer {
  const kept = filterHeaders(head.headers, (name) => !OF_ITS_BYTES.has(name));
  return { head: { ...head, headers: [...kept, "Content-Length", String(body.length)] }, body, type };
}

/** With asterisks wherever one of the secrets stands, in whatever form. */
export function withoutSecrets(answer: PlainAnswer, secrets: readonly Secret[]): PlainAnswer {
  const forms = secrets.flatMap((secret) => keyForms(secret));
  if (forms.length === 0) return answer;
  const finder = new KeyFinder(forms);
  const [statusText = "", ...headers] = maskFields(finder, [answer.head.statusText, ...answer.head.headers]).texts;
  const body = Buffer.from(answer.body);
  maskBytes(finder, body);
  return { ...answer, head: { ...answer.head, statusText, headers }, body };
}

async function decode(codings: NonNullable<ReturnType<typeof codingsOf>>, bytes: Buffer, maxBytes: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  const decoder = new Decoder(codings, (piece) => {
    length += piece.length;
    if (length > maxBytes) throw new Error("longer than any honest answer");
    pieces.push(piece);
  });
  try {
    await decoder.write(bytes);
    return Buffer.concat(pieces);
  } catch {
    return null;
  } finally {
    decoder.destroy();
  }
}
