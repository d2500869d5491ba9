// One request over HTTP/1.1, on an undici Client that has one socket and one request at a time.
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
    onHeaders(status, headers, resumeUpstream, statusText) {
      resume = resumeUpstream;
      const fields = (headers as readonly (Buffer | string)[]).map((part) => (typeof part === "string" ? part : part.toString("latin1")));
      if (status < 200) sink.onInformational(status, fields);
      else sink.onHead({ status, statusText, headers: fields });
      return true;
    },
    onData: (chunk) => sink.onData(chunk),
    onComplete: (trailers) => sink.onEnd((trailers ?? []).map(String)),
    onError: (error) => sink.onError(error),
    onBodySent: (chunk: unknown) => sink.onBodySent((chunk as Buffer).length),
  };
  const { method, target, headers } = request.outgoing;
  client.dispatch({ path: target, method: method as Dispatcher.HttpMethod, headers: headers as string[], body: request.body }, handler);
  return {
    abort() {
      isAborted = true;
      cancel?.();
    },
    resume: () => resume(),
  };
}
