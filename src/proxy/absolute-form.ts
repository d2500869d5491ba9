// Requests sent to the proxy in absolute form (`GET https://host/…` in clear, as some clients do, and all plain `http://`).
// In: the request as the outer listener parsed it. Out: the pipeline, with a tunnel made of the URL; http never gets a credential.
import type { IncomingMessage, ServerResponse } from "node:http";
import { KeywardError, toKeywardError } from "../core/errors.ts";
import { ownPort, type Tunnel } from "../core/exchange.ts";
import { type Authority, parseAuthority } from "../core/host.ts";
import { http1Client } from "./client/http1.ts";
import type { ConnectContext } from "./connect.ts";
import { appendRefusal } from "./exchange-server.ts";
import { refuseLeakyHost } from "./leaks/refuse-leaky-host.ts";
import { serve } from "./pipeline.ts";
import type { LiveRun } from "./ports.ts";
import { refusalFor, sendRefusal } from "./refuse.ts";
import { admit, admitSocket } from "./steps/admit.ts";
import { route } from "./steps/route.ts";

const ABSOLUTE = /^(https?):\/\/([^/?#@\s]+)(\/[^#\s]*|\?[^#\s]*)?$/i;

export async function serveAbsolute(
  message: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly expectsContinue: boolean },
  context: ConnectContext,
): Promise<void> {
  const { request, response } = message;
  const { ports, upstreams } = context;
  let run: LiveRun | null = null;
  let authority: Authority | null = null;
  try {
    // Over https this form is answered with a credential in clear on loopback: there only the header itself will do.
    const isPlain = /^http:\/\//i.test(request.url ?? "");
    run = isPlain ? await admitSocket(request.rawHeaders, request.socket, ports) : admit(request.rawHeaders, ports);
    context.sockets.admit(run.id, request.socket);
    refuseLeakyHost((request.url ?? "").split("/", 3)[2] ?? "", run, ports);
    const { tunnel, target } = readAbsolute(request.url ?? "", run.id);
    authority = tunnel.authority;
    route(authority, run);
    await serve(http1Client({ ...message, target }), { tunnel, arrival: "absolute", serverName: null, run, ports, upstreams });
  } catch (error) {
    const failure = toKeywardError(error);
    run?.countRequest(true);
    const requestId = appendRefusal(ports, failure, { runId: run?.id ?? null, method: request.method ?? null, ...authority });
    sendRefusal(response, refusalFor(failure, requestId), false);
  }
}

function readAbsolute(url: string, runId: string): { tunnel: Tunnel; target: string } {
  const parts = ABSOLUTE.exec(url);
  const scheme = parts?.[1]?.toLowerCase() === "https" ? "https" : "http";
  const authority = parseAuthority(parts?.[2] ?? "", ownPort(scheme));
  if (parts === null || authority === null) {
    throw new KeywardError("REQUEST_MALFORMED", "this is a proxy: requests come as CONNECT host:port or with a whole URL");
  }
  const rest = parts[3] ?? "/";
  return { tunnel: { runId, authority, scheme }, target: rest.startsWith("/") ? rest : `/${rest}` };
}
