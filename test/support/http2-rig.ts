// A real HTTP/2 upstream behind the real proxy, and node's http2 as the client in front of it.
// In: what the upstream does with a stream. Out: the rig, sessions through it, and whole answers. `closeAll` belongs into afterEach.
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientSessionOptions,
  connect as connectHttp2,
  createSecureServer,
  type OutgoingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { makeThrowawayAuthority } from "../../scripts/throwaway-authority.mjs";
import { bearerProvider, makeConnection, openTls, type Rig, type RigConnection, type RigRun, startRig } from "./proxy-rig.ts";
import { Arrivals } from "./wait.ts";

export const HOST = "api.acme.test";
export const open: { close(): unknown }[] = [];

/** Closes everything that was opened, last in first out. */
export async function closeAll(): Promise<void> {
  for (const thing of open.splice(0).reverse()) await thing.close();
}

export interface Seen {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly stream: ServerHttp2Stream;
}

export interface Http2Rig {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly connection: RigConnection;
  readonly seen: Arrivals<Seen>;
  readonly sessions: number[];
}

/** `onStream` answers. */
export async function http2Rig(
  onStream: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void,
  options: SecureServerOptions = {},
): Promise<Http2Rig> {
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([HOST]);
  const server = createSecureServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem, ...options });
  const seen = new Arrivals<Seen>();
  const sessions: number[] = [];
  server.on("session", () => sessions.push(Date.now()));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    seen.arrive({ headers, stream });
    onStream(stream, headers);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const rig = await startRig();
  rig.settings.roots = [authority.certificatePem];
  rig.settings.resolve = [`${HOST}:443=127.0.0.1:${(server.address() as AddressInfo).port}`];
  const connection = makeConnection(bearerProvider);
  open.push({ close: () => server.close() }, rig);
  return { rig, run: rig.addRun([connection]), connection, seen, sessions };
}

/** node says END_STREAM before it says RST_STREAM, but not where trailers may follow. */
export function beginOpen(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200 }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.destroyed || stream.sendTrailers({}));
}

/** A session through a tunnel of its own. */
export async function openSession(
  { rig, run }: Pick<Http2Rig, "rig" | "run">,
  options: ClientSessionOptions = {},
): Promise<ClientHttp2Session> {
  const secured = await openTls(rig, run, { host: HOST, protocols: ["h2"] });
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => secured, ...options });
  session.on("error", () => undefined);
  open.push({ close: () => session.destroy() });
  return session;
}

export interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: Buffer | string): Promise<Answer> {
  const stream = session.request({ ":path": "/", ...headers }, { endStream: body === undefined });
  let answered: Record<string, unknown> = {};
  let trailers: Record<string, unknown> = {};
  stream.on("response", (fields) => (answered = fields));
  stream.on("trailers", (fields) => (trailers = fields));
  if (body !== undefined) stream.end(body);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { headers: answered, trailers, body: Buffer.concat(chunks) };
}
