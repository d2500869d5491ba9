// An authorization server that behaves badly, on loopback TLS: what it answers is said request by request, by path.
// Out: its address and a way to send to it. One hundred lines, so that nobody has to wonder what it does.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { makeThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import type { OAuthSend } from "../../src/oauth/send.ts";
import { sendTo } from "./authorization-server.ts";

export const HOSTILE_HOST = "auth.hostile.test";
export const HOSTILE_ISSUER = `https://${HOSTILE_HOST}`;

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface HostileServer {
  readonly port: number;
  readonly caPem: string;
  readonly send: OAuthSend;
  close(): Promise<void>;
}

const json =
  (status: number, body: object): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

/** One after the other; the last for ever. */
const inTurn = (...behaviours: readonly Behaviour[]): Behaviour => {
  let at = 0;
  return (request, response) => behaviours[Math.min(at++, behaviours.length - 1)]?.(request, response);
};

const html =
  (status: number): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "text/html" }).end("<html><h1>Oops <script>alert(1)</script></h1></html>");
  };

/** Ten megabytes of a JSON that never ends. */
const flood: Behaviour = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"access_token":"');
  response.end("x".repeat(10 << 20));
};

const hangUp: Behaviour = (request) => void request.socket.destroy();
const halfway: Behaviour = (request, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"access_token":', () => request.socket.destroy());
};

const DEVICE = { device_code: "d", user_code: "AB-CD", verification_uri: `${HOSTILE_ISSUER}/go`, expires_in: "600" };
const TOKENS = { access_token: "granted", token_type: "Bearer" };
const METADATA = {
  issuer: HOSTILE_ISSUER,
  token_endpoint: `${HOSTILE_ISSUER}/token`,
  authorization_endpoint: `${HOSTILE_ISSUER}/authorize`,
};

/** By the first segment of the path, so that one server does everything at once. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "/device": json(200, DEVICE),
  "/device-html": html(200),
  "/device-slow": json(200, { ...DEVICE, interval: "1" }),
  "/token": json(200, { ...TOKENS, expires_in: "3600" }),
  "/token-slow": inTurn(json(400, { error: "authorization_pending" }), json(400, { error: "slow_down" }), json(200, TOKENS)),
  "/token-html": html(400),
  "/token-503": html(503),
  "/token-flaky": inTurn(hangUp, html(503), halfway, json(200, TOKENS)),
  "/token-flood": flood,
  "/token-redirect": (_request, response) => void response.writeHead(307, { location: "https://evil.test/token" }).end(),
  "/token-words": json(200, { ...TOKENS, expires_in: "soon" }),
  "/token-grant": json(400, { error: "invalid_grant", error_description: "\u001b[31mred" }),
  "/.well-known/oauth-authorization-server": json(200, { ...METADATA, issuer: "https://evil.test" }),
  "/.well-known/oauth-authorization-server/good": json(200, { ...METADATA, issuer: `${HOSTILE_ISSUER}/good` }),
  "/.well-known/oauth-authorization-server/flood": flood,
};

export async function startHostileServer(): Promise<HostileServer> {
  const authority = makeThrowawayAuthority("Hostile server");
  const { certificatePem, privateKeyPem } = authority.issue([HOSTILE_HOST]);
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    request.resume();
    (BEHAVIOURS[path] ?? html(404))(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { port, caPem: authority.certificatePem, send: sendTo(port, authority.certificatePem), close };
}
