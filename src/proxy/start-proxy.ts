// The proxy as the daemon sees it: a listener on 127.0.0.1 that hands CONNECT and absolute-form requests to their files.
// In: the ports of the rest of the daemon and a port number (0 = any). Out: the port in use, and how to end runs and itself.
// It listens on loopback only, and on nothing else ever.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { KeywardError, systemCode } from "../core/errors.ts";
import { serveAbsolute } from "./absolute-form.ts";
import { frontConnects } from "./client/connect-front.ts";
import { type ConnectContext, serveConnect } from "./connect.ts";
import { appendRefusal, ExchangeServer, keepAllFields, PARSER_OPTIONS, refuseUnparsed } from "./exchange-server.ts";
import type { ProxyPorts } from "./ports.ts";
import { RunSockets } from "./run-sockets.ts";
import { Upstreams } from "./upstream/upstreams.ts";

export interface Proxy {
  readonly port: number;
  /** Cuts every connection of the run. */
  endRun(runId: string): void;
  close(): Promise<void>;
}

/** @throws PORT_TAKEN */
export async function startProxy(ports: ProxyPorts, options: { readonly port: number }): Promise<Proxy> {
  const upstreams = new Upstreams((runId) => ({ settings: ports.dialSettings(runId), ownPorts: ports.ownPorts() }));
  const context: ConnectContext = { ports, upstreams, exchanges: new ExchangeServer(), sockets: new RunSockets() };
  const server = createListener(context);
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    endRun(runId) {
      context.sockets.end(runId);
      upstreams.endRun(runId);
    },
    close() {
      context.exchanges.close();
      upstreams.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

function createListener(context: ConnectContext): Server {
  const server = createServer(PARSER_OPTIONS);
  keepAllFields(server);
  const onRequest = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    void serveAbsolute({ request, response, expectsContinue }, context);
  };
  server.on("request", onRequest(false));
  server.on("checkContinue", onRequest(true));
  server.on("checkExpectation", onRequest(false));
  frontConnects(server, (request) => void serveConnect(request, context));
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    void serveConnect({ target: request.url ?? "", headers: request.rawHeaders, socket, head }, context);
  });
  server.on("clientError", (error: Error, socket: Socket) => {
    refuseUnparsed(error, socket, (known) => appendRefusal(context.ports, known, { runId: null }));
  });
  return server;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const message =
        systemCode(error) === "EADDRINUSE" ? `port ${port} is in use` : `cannot listen on 127.0.0.1 (${systemCode(error) ?? "?"})`;
      reject(new KeywardError("PORT_TAKEN", message, { hint: "stop what listens there, then: keyward daemon restart", cause: error }));
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => resolve());
  });
}
