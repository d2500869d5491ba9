// The body that leaves: what was read ahead and the rest, through the rewriters of the places that stand in it.
// In: the outgoing head, its rewriters, the body so far. Out: head and body, with a length that is true: kept when nothing changes it,
// computed anew for a body up to 1 MiB, left out (chunked) for a longer one. Memory does not grow with the body.
import { Readable } from "node:stream";
import type { Outgoing } from "../../core/exchange.ts";
import { filterHeaders, headerValue } from "../../core/headers.ts";
import type { BodyRewriter } from "./body-rewriter.ts";
import type { ReadAhead } from "./read-ahead.ts";

const MAX_WHOLE_BYTES = 1024 * 1024;
const LENGTH = "content-length";

export interface RewrittenBody {
  readonly outgoing: Outgoing;
  readonly body: Readable;
}

export async function rewriteBody(outgoing: Outgoing, rewriters: readonly BodyRewriter[], ahead: ReadAhead): Promise<RewrittenBody> {
  const first = pushAll(rewriters, ahead.start.bytes);
  if (ahead.start.isWhole) return whole(outgoing, Buffer.concat([first, endAll(rewriters)]));
  const stated = headerValue(outgoing.headers, LENGTH);
  const keepsLength = rewriters.every((rewriter) => rewriter.keepsLength);
  const rest = rewritten(first, ahead, rewriters);
  if (stated !== null && !keepsLength && Number(stated) <= MAX_WHOLE_BYTES) {
    const parts: Buffer[] = [];
    for await (const part of rest) parts.push(part);
    return whole(outgoing, Buffer.concat(parts));
  }
  if (stated !== null && keepsLength) for (const rewriter of rewriters) rewriter.lockLength();
  const headers = keepsLength ? outgoing.headers : filterHeaders(outgoing.headers, (name) => name !== LENGTH);
  return { outgoing: { ...outgoing, headers }, body: Readable.from(rest, { objectMode: false }) };
}

function whole(outgoing: Outgoing, bytes: Buffer): RewrittenBody {
  const headers = outgoing.headers.map((text, index) =>
    index % 2 === 1 && outgoing.headers[index - 1]?.toLowerCase() === LENGTH ? String(bytes.length) : text,
  );
  return { outgoing: { ...outgoing, headers }, body: Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false }) };
}

async function* rewritten(first: Buffer, ahead: ReadAhead, rewriters: readonly BodyRewriter[]): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    for (let next = await ahead.rest.next(); next.done !== true; next = await ahead.rest.next()) {
      const bytes = pushAll(rewriters, next.value);
      if (bytes.length > 0) yield bytes;
    }
    const last = endAll(rewriters);
    if (last.length > 0) yield last;
  } finally {
    ahead.release();
  }
}

/** One after the other: each place looks at what the one before it made. */
function pushAll(rewriters: readonly BodyRewriter[], chunk: Buffer): Buffer {
  return rewriters.reduce((bytes, rewriter) => (bytes.length === 0 ? bytes : rewriter.push(bytes)), chunk);
}

function endAll(rewriters: readonly BodyRewriter[]): Buffer {
  return rewriters.reduce<Buffer>(
    (bytes, rewriter) => Buffer.concat([bytes.length === 0 ? bytes : rewriter.push(bytes), rewriter.end()]),
    Buffer.alloc(0),
  );
}
