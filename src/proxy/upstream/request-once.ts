// One request of keyward's own on a connection of its own, dialled and verified like any other; used by the check of a login.
// In: a request head, its body, limits. Out: the whole answer, cut at `maxBytes`. Redirects are answers and never followed.
import type { Client } from "undici";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { Outgoing } from "../../core/exchange.ts";
import { type Authority, formatAuthority } from "../../core/host.ts";
import type { RawHeaders } from "../../core/headers.ts";
import type { Dialler } from "./dial.ts";
import { openOrigin } from "./origin.ts";

export interface SingleRequest {
  /** Without Host and Content-Length. */
  readonly outgoing: Outgoing;
  readonly body: string | null;
  readonly authority: Authority;
  readonly dialler: Dialler;
  /** From the first address to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface SingleAnswer {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** There was more. */
  readonly isCut: boolean;
}

/** @throws TARGET_FORBIDDEN, UPSTREAM_* */
export async function requestOnce(request: SingleRequest): Promise<SingleAnswer> {
  const { authority } = request;
  const client = await openClient(request);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new KeywardError("UPSTREAM_TIMEOUT", `${formatAuthority(authority)} did not answer in time`)),
      request.timeoutMs,
    );
  });
  try {
    return await Promise.race([exchange(request, client), late]);
  } catch (error) {
    const known = toKeywardError(error);
    if (known.code !== "INTERNAL") throw known;
    throw new KeywardError("UPSTREAM_BROKEN", `${formatAuthority(authority)} broke the exchange`, { cause: error });
  } finally {
    clearTimeout(timer);
    void client.destroy().catch(() => undefined);
  }
}

/** undici is loaded with the first request that needs it: many daemons never see one. */
async function openClient({ authority, dialler }: SingleRequest): Promise<Client> {
  const { Client } = await import("undici");
  return new Client(`https://${formatAuthority(authority, -1)}`, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_options, done) => {
      openOrigin({ authority, scheme: "https" }, dialler).then(
        (socket) => done(null, socket),
        (error: unknown) => done(toKeywardError(error), null),
      );
    },
  });
}

async function exchange({ outgoing, body, authority, maxBytes }: SingleRequest, client: Client): Promise<SingleAnswer> {
  const { method, target } = outgoing;
  const headers = ["Host", formatAuthority(authority), ...outgoing.headers];
  const answer = await client.request({ path: target, method, headers, body, responseHeaders: "raw" });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) break;
  }
  const fields = answer.headers as unknown as readonly (Buffer | string)[];
  return {
    status: answer.statusCode,
    headers: fields.map((part) => (typeof part === "string" ? part : part.toString("latin1"))),
    body: Buffer.concat(chunks).subarray(0, maxBytes),
    isCut: bytes > maxBytes,
  };
}
