// A token endpoint on loopback TLS that answers as a test says, under any of its host names, and remembers what it was asked.
// In: hosts and an answer for each request. Out: a way to send to it, the requests.
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import type { OAuthSend } from "../../src/oauth/send.ts";
import { sendTo } from "./authorization-server.ts";

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as a form. */
  readonly form: URLSearchParams;
}

export interface Told {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TokenEndpoint {
  readonly send: OAuthSend;
  readonly requests: Asked[];
  readonly port: number;
  readonly caPem: string;
  close(): Promise<void>;
}

export async function startTokenEndpoint(hosts: readonly string[], answer: (asked: Asked) => Told | Promise<Told>): Promise<TokenEndpoint> {
  const authority = makeThrowawayAuthority("Token endpoint");
  const { certificatePem, privateKeyPem } = authority.issue([...hosts]);
  const requests: Asked[] = [];
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const url = new URL(incoming.url ?? "/", `https://${incoming.headers.host ?? ""}`);
      const asked = { method: incoming.method ?? "", url, headers: incoming.headers, body, form: new URLSearchParams(body) };
      requests.push(asked);
      Promise.resolve(answer(asked)).then(
        ({ status = 200, json, text, headers = {} }) => {
          const type = json === undefined ? "text/xml" : "application/json";
          response.writeHead(status, { "content-type": type, ...headers });
          response.end(json === undefined ? (text ?? "") : JSON.stringify(json));
        },
        (error: unknown) => response.destroy(error as Error),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    send: sendTo(port, authority.certificatePem),
    requests,
    port,
    caPem: authority.certificatePem,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
