// A server that answers as HashiCorp Vault and OpenBao do for the KV v2 engine: token, namespace, versions that are deleted or destroyed,
// sealed, a standby. In: secrets by `namespace|mount/path`. Out: an address and what was asked. Real sockets on loopback.
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface KeyValueServer {
  readonly address: string;
  /** `null` of a version = deleted, "destroyed" = destroyed. */
  readonly secrets: Map<string, readonly (Record<string, unknown> | null | "destroyed")[]>;
  readonly asked: { url: string; token: string | undefined; namespace: string | undefined }[];
  /** Set to answer everything so. */
  state: "active" | "sealed" | "standby" | "redirect" | "busy" | "hang" | "not vault";
}

export async function startKeyValueServer(token: string, tls?: { readonly key: string; readonly cert: string }): Promise<KeyValueServer> {
  const server = { secrets: new Map(), asked: [], state: "active" } as unknown as {
    -readonly [K in keyof KeyValueServer]: KeyValueServer[K];
  };
  const listen = (request: IncomingMessage, response: ServerResponse): void => answer(server, token, { request, response });
  const http = tls === undefined ? createHttp(listen) : createHttps(tls, listen);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  server.address = `${tls === undefined ? "http" : "https"}://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function answer(server: KeyValueServer, token: string, { request, response }: Exchange): void {
  const url = new URL(request.url ?? "/", "http://x");
  const header = (name: string): string | undefined => request.headers[name] as string | undefined;
  server.asked.push({ url: request.url ?? "", token: header("x-vault-token"), namespace: header("x-vault-namespace") });
  const say = (status: number, body: unknown, headers: Record<string, string> = {}): void =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  if (server.state === "hang") return;
  if (server.state === "sealed") return say(503, { errors: ["Vault is sealed"] });
  if (server.state === "standby") return say(429, { errors: [] });
  if (server.state === "busy") return say(500, { errors: ["internal error"] });
  if (server.state === "redirect") return say(307, { errors: [] }, { location: "http://127.0.0.1:1/elsewhere" });
  if (server.state === "not vault") return say(200, { hello: "world" });
  if (header("x-vault-token") !== token) return say(403, { errors: ["permission denied"] });
  const [, mount = "", path = ""] = /^\/v1\/(.+?)\/data\/(.+)$/.exec(decodeURI(url.pathname)) ?? [];
  const versions = server.secrets.get(`${header("x-vault-namespace") ?? ""}|${mount}/${path}`);
  if (versions === undefined) return say(404, { errors: [] });
  const number = Number(url.searchParams.get("version") ?? versions.length);
  const data = versions[number - 1];
  if (data === undefined) return say(404, { errors: [] });
  const metadata = {
    version: number,
    created_time: "2025-01-01T00:00:00Z",
    deletion_time: data === null ? "2025-01-02T00:00:00Z" : "",
    destroyed: data === "destroyed",
  };
  if (data === null || data === "destroyed") return say(404, { data: { data: null, metadata } });
  say(200, { request_id: "r", lease_duration: 0, data: { data, metadata } });
}
