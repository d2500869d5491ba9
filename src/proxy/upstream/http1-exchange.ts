// One request over HTTP/1.1, on an undici Client that has one socket and one request at a time.
import { Duplex, PassThrough, type Readable } from "node:stream";
import type { Client, Dispatcher } from "undici";
import type { UpstreamCall, UpstreamRequest, UpstreamSink } from "./exchange.ts";

export function sendHttp1(client: Client, request: UpstreamRequest, sink: UpstreamSink): UpstreamCall {
  let cancel: (() => void) | null = null;
  let isAborted = false;
  let resume = (): void => undefined;
  const handler: Dispatcher.DispatchHandler = {
    onConnect(abort) {
      cancel = () => abort(new Error("aborted"));
      if (isAborted) cancel();
    },
    // oxlint-disable-next-line max-params -- undici calls it so
    onHeaders(status, headers, resumeUpstream, statusText) {
      resume = resumeUpstream;
      const fields = (headers as readonly (Buffer | string)[]).map((part) => (typeof part === "string" ? part : part.toString("latin1")));
      if (status < 200) sink.onInformational(status, fields);
      else sink.onHead({ status, statusText, headers: fields, isEnd: false });
      return true;
    },
    onData: (chunk) => sink.onData(chunk),
    onComplete: (trailers) => sink.onEnd((trailers ?? []).map(String)),
    onError: (error) => sink.onError(error),
    onBodySent: (chunk: unknown) => sink.onBodySent((chunk as Buffer).length),
  };
  const { method, target, headers } = request.outgoing;
  client.dispatch({ path: target, method, headers: headers as string[], body: asReadOnly(request.body) }, handler);
  return {
    abort() {
      isAborted = true;
      cancel?.();
    },
    resume: () => resume(),
  };
}

/** undici destroys a body it has read; an HTTP/2 stream still has its answer to carry, so it gets a copy of its bytes. */
function asReadOnly(body: Readable | null): Readable | null {
  if (!(body instanceof Duplex)) return body;
  const copy = new PassThrough();
  body.on("close", () => {
    if (!body.readableEnded) copy.destroy(new Error("the client went away"));
  });
  return body.pipe(copy);
}
