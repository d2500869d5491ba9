// gRPC with a real grpc-js client and server through an intercepted host: all four kinds of call, deadlines, status trailers.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  credentials,
  type handleBidiStreamingCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
  makeGenericClientConstructor,
  type Client,
} from "@grpc/grpc-js";
import { createServer, type Server as NetServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";
import {
  bearerProvider,
  makeConnection,
  openConnect,
  proxyAuthorization,
  type Rig,
  type RigConnection,
  type RigRun,
  startRig,
} from "../../support/proxy-rig.ts";

const HOST = "api.acme.test";
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const bytes = {
  requestSerialize: (x: Buffer) => x,
  requestDeserialize: (x: Buffer) => x,
  responseSerialize: (x: Buffer) => x,
  responseDeserialize: (x: Buffer) => x,
};
const service: ServiceDefinition = {
  Unary: { path: "/t/Unary", requestStream: false, responseStream: false, ...bytes },
  Down: { path: "/t/Down", requestStream: false, responseStream: true, ...bytes },
  Up: { path: "/t/Up", requestStream: true, responseStream: false, ...bytes },
  Both: { path: "/t/Both", requestStream: true, responseStream: true, ...bytes },
  Fail: { path: "/t/Fail", requestStream: false, responseStream: false, ...bytes },
  Hang: { path: "/t/Hang", requestStream: false, responseStream: false, ...bytes },
};

interface Calls extends Client {
  Unary(
    body: Buffer,
    metadata: Metadata,
    done: (error: { code: number; details: string; metadata: Metadata } | null, reply?: Buffer) => void,
  ): void;
  Fail: Calls["Unary"];
  Hang(body: Buffer, metadata: Metadata, options: { deadline: number }, done: Parameters<Calls["Unary"]>[2]): void;
  Down(body: Buffer, metadata: Metadata): AsyncIterable<Buffer>;
  Up(metadata: Metadata, done: Parameters<Calls["Unary"]>[2]): { write(body: Buffer): void; end(): void };
  Both(
    metadata: Metadata,
  ): AsyncIterable<Buffer> & { write(body: Buffer): void; end(): void; once(event: "data", listener: (chunk: Buffer) => void): void };
}

interface GrpcRig {
  readonly client: Calls;
  readonly metadata: Metadata;
  readonly connection: RigConnection;
  readonly seen: string[];
  readonly cancelled: Promise<void>;
}

/** A port that turns plain TCP into CONNECT tunnels, since grpc-js takes no proxy per channel in code. */
async function bridge(rig: Rig, run: RigRun): Promise<number> {
  const server: NetServer = createServer((socket) => {
    socket.pause();
    socket.on("error", () => undefined);
    void openConnect(rig, `${HOST}:443`, proxyAuthorization(run)).then(({ socket: tunnel }) => {
      tunnel.pipe(socket);
      socket.pipe(tunnel);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({ close: () => server.close() });
  return (server.address() as AddressInfo).port;
}

async function grpcRig(): Promise<GrpcRig> {
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([HOST]);
  const server = new Server();
  const seen: string[] = [];
  let onCancelled = (): void => undefined;
  const cancelled = new Promise<void>((resolve) => (onCancelled = resolve));
  const both: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on("data", (chunk: Buffer) => call.write(chunk));
    call.on("end", () => call.end());
  };
  server.addService(service, {
    Unary: (call: { metadata: Metadata; request: Buffer }, done: (error: null, reply: Buffer) => void) => {
      seen.push(String(call.metadata.get("authorization")[0]));
      done(null, call.request);
    },
    Down: (call: { write(x: Buffer): void; end(): void }) => {
      for (let i = 0; i < 3; i += 1) call.write(Buffer.from([i]));
      call.end();
    },
    Up: (call: { on(event: string, listener: (chunk: Buffer) => void): void }, done: (error: null, reply: Buffer) => void) => {
      const chunks: Buffer[] = [];
      call.on("data", (chunk) => chunks.push(chunk));
      call.on("end", () => done(null, Buffer.concat(chunks)));
    },
    Both: both,
    Fail: (_call: unknown, done: (error: object) => void) => {
      const metadata = new Metadata();
      metadata.set("x-detail", "more");
      done({ code: status.FAILED_PRECONDITION, details: "not now", metadata });
    },
    Hang: (call: { on(event: string, listener: () => void): void }) => call.on("cancelled", onCancelled),
  });
  const port = await new Promise<number>((resolve, reject) => {
    const secure = ServerCredentials.createSsl(null, [
      { cert_chain: Buffer.from(leaf.certificatePem), private_key: Buffer.from(leaf.privateKeyPem) },
    ]);
    server.bindAsync("127.0.0.1:0", secure, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  const rig = await startRig();
  rig.settings.roots = [authority.certificatePem];
  rig.settings.resolve = [`${HOST}:443=127.0.0.1:${port}`];
  const connection = makeConnection(bearerProvider);
  const run = rig.addRun([connection]);
  open.push({ close: () => server.forceShutdown() }, rig);
  const Constructor = makeGenericClientConstructor(service, "t");
  const client = new Constructor(`127.0.0.1:${await bridge(rig, run)}`, credentials.createSsl(Buffer.from(rig.caPem)), {
    "grpc.ssl_target_name_override": HOST,
    "grpc.default_authority": HOST,
  }) as unknown as Calls;
  open.push(client);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${connection.binding.placeholders["key"]}`);
  return { client, metadata, connection, seen, cancelled };
}

const unary = (call: (done: Parameters<Calls["Unary"]>[2]) => void) =>
  new Promise<{ error: { code: number; details: string; metadata: Metadata } | null; reply: Buffer | undefined }>((resolve) =>
    call((error, reply) => resolve({ error, reply })),
  );

describe("gRPC through an intercepted host", () => {
  it("carries unary calls with the real key, again and again", async () => {
    const { client, metadata, connection, seen } = await grpcRig();
    for (let i = 0; i < 5; i += 1) {
      const { error, reply } = await unary((done) => client.Unary(Buffer.from(`ping ${i}`), metadata, done));
      expect(error).toBeNull();
      expect(reply?.toString()).toBe(`ping ${i}`);
    }
    expect(new Set(seen)).toEqual(new Set([`Bearer ${connection.secrets["key"]}`]));
  });

  it("streams down, up and both ways, before the client has half-closed", async () => {
    const { client, metadata } = await grpcRig();
    const down: number[] = [];
    for await (const chunk of client.Down(Buffer.alloc(0), metadata)) down.push(chunk[0] ?? -1);
    expect(down).toEqual([0, 1, 2]);
    const up = await unary((done) => {
      const call = client.Up(metadata, done);
      for (const text of ["a", "b", "c"]) call.write(Buffer.from(text));
      call.end();
    });
    expect(up.reply?.toString()).toBe("abc");
    const both = client.Both(metadata);
    for (const text of ["one", "two"]) {
      const reply = new Promise<Buffer>((resolve) => both.once("data", resolve));
      both.write(Buffer.from(text));
      expect((await reply).toString()).toBe(text);
    }
    both.end();
    for await (const chunk of both) throw new Error(`unexpected ${chunk.toString()}`);
  });

  it("keeps status, message and metadata of a failure, and cancels at the server when the deadline passes", async () => {
    const { client, metadata, cancelled } = await grpcRig();
    const failed = await unary((done) => client.Fail(Buffer.alloc(0), metadata, done));
    expect(failed.error).toMatchObject({ code: status.FAILED_PRECONDITION, details: "not now" });
    expect(failed.error?.metadata.get("x-detail")).toEqual(["more"]);
    const late = await unary((done) => client.Hang(Buffer.alloc(0), metadata, { deadline: Date.now() + 300 }, done));
    expect(late.error?.code).toBe(status.DEADLINE_EXCEEDED);
    await cancelled;
  });
});
