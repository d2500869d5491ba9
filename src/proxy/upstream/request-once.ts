// One request of keyward's own on a connection of its own, dialled and verified like any other; used by the check of a login.
// In: a request head, its body, limits. Out: the whole answer, cut at `maxBytes`. Redirects are answers and never followed.
import { Readable } from "node:stream";
import { KeywardError, toKeywardError } from "../../core/errors.ts";
import { type Outgoing, withHeaders } from "../../core/exchange.ts";
import { type Authority, formatAuthority } from "../../core/host.ts";
import type { RawHeaders } from "../../core/headers.ts";
import { sendHttp1 } from "../strict/http1-call.ts";
import type { Dialler } from "./dial.ts";
import type { ResponseHead, UpstreamSink } from "./exchange.ts";
import { openOrigin } from "./origin.ts";

/** What may stand in a line of a request's head; written as latin-1. */
// eslint-disable-next-line no-control-regex -- naming control bytes is the point
const LINE = /^[\t\x20-\x7e\x80-\xff]*$/;

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
  const target = formatAuthority(request.authority);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(new KeywardError("UPSTREAM_TIMEOUT", `${target} did not answer in time`)), request.timeoutMs);
  try {
    return await Promise.race([exchange(request, ending.signal), whenAborted(ending.signal)]);
  } catch (error) {
    const known = toKeywardError(error);
    if (known.code !== "INTERNAL") throw known;
    throw new KeywardError("UPSTREAM_BROKEN", `${target} broke the exchange`, { cause: error });
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }));
}

/** The connection ends with the signal, whatever became of the exchange. */
async function exchange(request: SingleRequest, signal: AbortSignal): Promise<SingleAnswer> {
  const { authority, dialler, body } = request;
  const outgoing = completed(request);
  const { socket } = await openOrigin({ authority, scheme: "https" }, { owner: "", dialler });
  socket.on("error", () => undefined);
  if (signal.aborted) socket.destroy();
  signal.addEventListener("abort", () => socket.destroy(), { once: true });
  const upload = body === null || body === "" ? null : Readable.from([Buffer.from(body)]);
  return new Promise((resolve, reject) => {
    const collected = collect(request.maxBytes, resolve);
    const call = sendHttp1(socket, { outgoing, body: upload, trailers: () => [], wantsTrailers: false }, { ...collected, onError: reject });
    // What reads an answer is told to go on at once: there is nobody behind it who could be slow.
    call.resume();
  });
}

/** Host and length in front and behind; nothing that could end a line early goes out. */
function completed({ outgoing, body, authority }: SingleRequest): Outgoing {
  const hasLength = body !== null || !["GET", "HEAD"].includes(outgoing.method);
  const length = hasLength ? ["Content-Length", String(Buffer.byteLength(body ?? ""))] : [];
  const headers = ["Host", formatAuthority(authority), ...outgoing.headers, ...length, "Connection", "close"];
  if (![outgoing.method, outgoing.target, ...headers].every((text) => LINE.test(text)))
    throw new Error("a field holds a control character");
  return withHeaders(outgoing, headers);
}

/** A sink that answers with what has come when it is enough. */
function collect(maxBytes: number, resolve: (answer: SingleAnswer) => void): Omit<UpstreamSink, "onError"> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let head: ResponseHead | null = null;
  const settle = (): void => {
    const body = Buffer.concat(chunks).subarray(0, maxBytes);
    resolve({ status: head?.status ?? 0, headers: head?.headers ?? [], body, isCut: bytes > maxBytes });
  };
  return {
    onInformational: () => undefined,
    onHead: (answered) => (head = answered),
    onData(chunk) {
      // Copied: it is a view of a larger piece, and read on after this.
      if (bytes <= maxBytes) chunks.push(Buffer.from(chunk));
      bytes += chunk.length;
      if (bytes > maxBytes) settle();
      return true;
    },
    onBodySent: () => undefined,
    onEnd: settle,
  };
}
