// An upstream that accepts one token only, behind the real proxy with a connection whose token can be renewed.
// In: what becomes of a refusal. Out: the proxy, what the upstream heard of both protocols, every refusal that was reported.
import { once } from "node:events";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { makeThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import { Secret } from "../../src/core/secret.ts";
import type { Provider } from "../../src/providers/schema.ts";
import type { CredentialRefusal, ProxyPorts } from "../../src/proxy/ports.ts";
import { bearerProvider, makeConnection, type Rig, type RigConnection, type RigRun, startRig } from "./proxy-rig.ts";

export const RENEWAL_HOST = "api.acme.test";

export interface Heard {
  readonly method: string;
  readonly httpVersion: string;
  readonly authorization: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export interface RenewalRig {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly connection: RigConnection;
  readonly heard: Heard[];
  readonly refusals: CredentialRefusal[];
  /** What the upstream accepts; the proxy has "old" until it is renewed, then "new". */
  good: string;
  /** What the proxy hands out now. */
  token: string;
  /** What the upstream says to the rest. */
  refusalBody: Buffer;
  /** 401 before the body is read. */
  isEarly: boolean;
  close(): Promise<void>;
}

export type AfterRefusal = (at: RenewalRig, refusal: CredentialRefusal) => Promise<boolean>;

export const renews: AfterRefusal = async (at, { isSecond }) => {
  if (isSecond) return false;
  at.token = "new";
  return true;
};

export async function startRenewalRig(options: { afterRefusal?: AfterRefusal; provider?: Provider } = {}): Promise<RenewalRig> {
  const made = makeConnection(options.provider ?? bearerProvider);
  const { binding } = made;
  const connection: RigConnection = { ...made, binding: { ...binding, connection: { ...binding.connection!, kind: "oauth2" } } };
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([RENEWAL_HOST]);
  const server = createSecureServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem, allowHTTP1: true });
  const afterRefusal = options.afterRefusal ?? renews;
  const overrides: Partial<ProxyPorts> = {
    credential: (of) => Promise.resolve({ connectionId: of.id, fields: { key: new Secret(at.token) }, expiresAtMs: null }),
    afterRefusal: (refusal) => {
      at.refusals.push(refusal);
      return afterRefusal(at, refusal);
    },
  };
  const rig = await startRig({ overrides });
  const at: RenewalRig = {
    rig,
    run: rig.addRun([connection]),
    connection,
    heard: [],
    refusals: [],
    good: "new",
    token: "old",
    refusalBody: Buffer.from("who are you?"),
    isEarly: false,
    close: async () => {
      server.close();
      await rig.close();
    },
  };
  server.on("request", (request, response) => void answer(at, request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request: unknown, socket: unknown, head: unknown) =>
    upgrade({ at, sockets, request: request as Upgrade["request"], socket: socket as Duplex, head: head as Buffer }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  rig.settings.roots = [authority.certificatePem];
  rig.settings.resolve = [`${RENEWAL_HOST}:443=127.0.0.1:${(server.address() as AddressInfo).port}`];
  return at;
}

async function answer(at: RenewalRig, request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
  const authorization = String(request.headers.authorization ?? "");
  const chunks: Buffer[] = [];
  const heard = (): Heard => ({
    method: request.method,
    httpVersion: request.httpVersion,
    authorization,
    headers: { ...request.headers },
    body: Buffer.concat(chunks),
  });
  const isGood = authorization.endsWith(` ${at.good}`) || String(request.headers["content-type"]).includes("form");
  const refuse = (): void => {
    response.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"', "content-length": at.refusalBody.length });
    response.end(at.refusalBody);
  };
  if (at.isEarly && !isGood) {
    at.heard.push(heard());
    return refuse();
  }
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return;
  }
  at.heard.push(heard());
  const isRefused = !isGood || (heard().body.includes("token=") && !heard().body.includes(`token=${at.good}`));
  if (isRefused) return refuse();
  response.writeHead(200, { "x-method": request.method });
  response.end(Buffer.concat(chunks));
}

interface Upgrade {
  readonly at: RenewalRig;
  readonly sockets: WebSocketServer;
  readonly request: Parameters<WebSocketServer["handleUpgrade"]>[0];
  readonly socket: Duplex;
  readonly head: Buffer;
}

function upgrade({ at, sockets, request, socket, head }: Upgrade): void {
  const authorization = String(request.headers.authorization ?? "");
  at.heard.push({ method: "UPGRADE", httpVersion: "1.1", authorization, headers: { ...request.headers }, body: Buffer.alloc(0) });
  if (!authorization.endsWith(` ${at.good}`)) {
    socket.end(`HTTP/1.1 401 No\r\nContent-Length: ${at.refusalBody.length}\r\n\r\n${at.refusalBody.toString("latin1")}`);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (accepted) => {
    accepted.on("message", (data) => accepted.send(data as Buffer));
  });
}
