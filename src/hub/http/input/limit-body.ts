// No body over the limit reaches a route. What is too long is still read, up to a point, so that the client reads the refusal instead of a reset.
// In: a request. Out: the same request, or HUB_TOO_LARGE. A body without a length is held in memory as far as the limit.
import type { MiddlewareHandler } from "hono";
import { KeywardError } from "../../../core/errors.ts";
import type { HubEnv } from "../hub-app.ts";

export const MAX_BODY_BYTES = 1_048_576;
/** A client that sends more than this is cut off. */
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;

export const limitBody: MiddlewareHandler<HubEnv> = async (context, next) => {
  const { headers } = context.req.raw;
  const isChunked = headers.has("transfer-encoding");
  if (!isChunked && Number(headers.get("content-length") ?? 0) <= MAX_BODY_BYTES) return await next();
  const body = await readUpTo(context.req.raw.body, MAX_BODY_BYTES);
  if (body === null) throw new KeywardError("HUB_TOO_LARGE", `the body is over ${MAX_BODY_BYTES} bytes`);
  // oxlint-disable-next-line no-invalid-fetch-options -- the method is that of the request, which has a body
  context.req.raw = new Request(context.req.raw, { body });
  await next();
};

/** Null when there is more. */
async function readUpTo(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else if (size > MAX_DISCARDED_BYTES) break;
  }
  return size > maxBytes ? null : Buffer.concat(chunks);
}
