// The upstream of the proxy loop: TLS on loopback under a throw-away authority, which notes whether the credential arrived.
// In: the credential that must arrive. Out: a port, the root to trust, what each client's path was asked with.
// It repeats nothing of a request.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createAuthority } from "../../../certs/authority.ts";
import { mintLeaf } from "../../../certs/leaf.ts";
import { ECHO_HOST } from "./echo-provider.ts";

export interface EchoServer {
  readonly port: number;
  /** PEM of the root that signs its certificate. */
  readonly root: string;
  /** Clients, by the last part of their path, that arrived with the credential. */
  readonly injected: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function startEchoServer(expectedAuthorization: string, nowMs: number): Promise<EchoServer> {
  const authority = createAuthority(nowMs);
  const leaf = mintLeaf(authority, ECHO_HOST, nowMs);
  const injected = new Set<string>();
  const server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (request, response) => {
    request.resume();
    const client = clientOf(request);
    if (client !== null && request.headers.authorization === expectedAuthorization) injected.add(client);
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end("keyward echo\n");
  });
  server.on("tlsClientError", () => undefined);
  server.listen({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    root: authority.certificatePem,
    injected,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** `/probe/curl/…` → `curl`. */
function clientOf({ url }: IncomingMessage): string | null {
  return /^\/probe\/([a-z0-9-]+)(?:[/?]|$)/.exec(url ?? "")?.[1] ?? null;
}
