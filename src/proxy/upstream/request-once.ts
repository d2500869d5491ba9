// One request of keyward's own on a connection of its own, dialled and verified like any other; used by the check of a login.
// In: a request head, its body, limits. Out: the whole answer, cut at `maxBytes`. Redirects are answers and never followed.
import { Readable } from "node:stream";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import type { Outgoing } from "../../core/exchange.ts";
import { type Authority, formatAuthority } from "../../core/host.ts";
import type { RawHeaders } from "../../core/headers.ts";
import type { Dialler } from "./dial.ts";
import type { UpstreamSink } from "./exchange.ts";
import { sendHttp1 } from "./http1-exchange.ts";
import { OriginPool } from "./origin-pool.ts";

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
  const { authority, dialler } = request;
  const pool = new OriginPool(() => dialler);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new KeywardError("UPSTREAM_TIMEOUT", `${formatAuthority(authority)} did not answer in time`)),
      request.timeoutMs,
    );
  });
  try {
    return await Promise.race([exchange(request, pool), late]);
  } catch (error) {
    const known = toKeywardError(error);
    if (known.code !== "INTERNAL") throw known;
    throw new KeywardError("UPSTREAM_BROKEN", `${formatAuthority(authority)} broke the exchange`, { cause: error });
  } finally {
    clearTimeout(timer);
    pool.close();
  }
}

async function exchange({ outgoing, body, authority, maxBytes }: SingleRequest, pool: OriginPool): Promise<SingleAnswer> {
  const { client } = await pool.acquire("login", { runId: "", authority, scheme: "https" });
  const framing = body === null ? [] : ["Content-Length", String(Buffer.byteLength(body))];
  const head: Outgoing = { ...outgoing, headers: ["Host", formatAuthority(authority), ...outgoing.headers, ...framing] };
  return new Promise((resolve, reject) => {
    let answer: Pick<SingleAnswer, "status" | "headers"> = { status: 0, headers: [] };
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (isCut: boolean): void => resolve({ ...answer, body: Buffer.concat(chunks).subarray(0, maxBytes), isCut });
    const sink: UpstreamSink = {
      onInformational: () => undefined,
      onHead: ({ status, headers }) => void (answer = { status, headers }),
      onData: (chunk) => {
        chunks.push(Buffer.from(chunk));
        bytes += chunk.length;
        if (bytes <= maxBytes) return true;
        finish(true);
        call.abort();
        return false;
      },
      onBodySent: () => undefined,
      onEnd: () => finish(false),
      onError: reject,
    };
    const sent = {
      outgoing: head,
      body: body === null ? null : Readable.from([Buffer.from(body)]),
      trailers: () => [],
      wantsTrailers: false,
    };
    const call = sendHttp1(client, sent, sink);
  });
}
