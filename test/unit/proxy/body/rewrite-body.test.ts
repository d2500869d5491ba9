import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Outgoing } from "../../../../src/core/exchange.ts";
import { headerValue } from "../../../../src/core/headers.ts";
import type { ClientSide } from "../../../../src/proxy/client/client-side.ts";
import { fieldRewriter } from "../../../../src/proxy/body/field-rewriter.ts";
import { FormScanner } from "../../../../src/proxy/body/form-scanner.ts";
import { readAhead } from "../../../../src/proxy/body/read-ahead.ts";
import { rewriteBody } from "../../../../src/proxy/body/rewrite-body.ts";

const KIB = 1024;
const expected = "placeholder-0123456789";
const sameLength = "r".repeat(expected.length);

interface Sent {
  readonly length: string | null;
  readonly body: string;
  /** How much of the body had been asked for when the head could leave. */
  readonly readBytes: number;
}

async function send(body: string, real: string, options: { isChunked?: boolean; pieceBytes?: number } = {}): Promise<Sent> {
  const pieceBytes = options.pieceBytes ?? 16 * KIB;
  let readBytes = 0;
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < body.length; at += pieceBytes) {
      readBytes += pieceBytes;
      yield Buffer.from(body.slice(at, at + pieceBytes));
    }
  };
  const client = {
    body: Readable.from(pieces(), { objectMode: false, highWaterMark: 1 }),
    expectsContinue: false,
  } as unknown as ClientSide;
  const ahead = await readAhead(client, 64 * KIB);
  if (ahead === null) throw new Error("there is a body");
  const headers = options.isChunked === true ? [] : ["Content-Length", String(body.length)];
  const outgoing: Outgoing = { method: "POST", target: "/", headers };
  const rewriter = fieldRewriter((onValue) => new FormScanner("t", expected.length, onValue), {
    expected,
    real,
    encode: encodeURIComponent,
  });
  const sent = await rewriteBody(outgoing, [rewriter], ahead);
  const atHead = readBytes;
  const parts: Buffer[] = [];
  for await (const part of sent.body) parts.push(part as Buffer);
  return { length: headerValue(sent.outgoing.headers, "content-length"), body: Buffer.concat(parts).toString(), readBytes: atHead };
}

const early = (bytes: number): string => `t=${expected}&x=${"x".repeat(bytes)}`;
const late = (bytes: number): string => `x=${"x".repeat(bytes)}&t=${expected}`;

describe("a body's length", () => {
  it.each([early, late])("is computed anew when the body is known whole", async (make) => {
    const sent = await send(make(10), "longer-than-the-placeholder-was");
    expect(sent.body).toBe(make(10).replace(expected, "longer-than-the-placeholder-was"));
    expect(sent.length).toBe(String(sent.body.length));
  });

  it.each([early, late])("stays, and the body streams, when the key is as long as the placeholder", async (make) => {
    const body = make(3000 * KIB);
    const sent = await send(body, sameLength);
    expect(sent.body).toBe(body.replace(expected, sameLength));
    expect(sent.length).toBe(String(body.length));
    expect(sent.readBytes).toBeLessThan(200 * KIB);
  });

  it.each([early, late])("of up to 1 MiB is computed anew when the key has another length", async (make) => {
    const sent = await send(make(900 * KIB), "short");
    expect(sent.body).toBe(make(900 * KIB).replace(expected, "short"));
    expect(sent.length).toBe(String(sent.body.length));
  });

  it.each([early, late])("over 1 MiB is left out when the key has another length, and the body streams", async (make) => {
    const sent = await send(make(3000 * KIB), "short");
    expect(sent.body).toBe(make(3000 * KIB).replace(expected, "short"));
    expect(sent.length).toBeNull();
    expect(sent.readBytes).toBeLessThan(200 * KIB);
  });

  it("is not made up for a body that came without one", async () => {
    for (const size of [10, 200 * KIB]) {
      const sent = await send(late(size), "short", { isChunked: true });
      expect(sent.body).toBe(late(size).replace(expected, "short"));
      expect(sent.length).toBeNull();
    }
  });

  it("that has been announced is kept even when the placeholder is spelled in another way later", async () => {
    const odd = late(200 * KIB).replace(expected, expected.replace("-", "%2D"));
    const sent = await send(odd, sameLength);
    expect(sent.body).toBe(odd);
    expect(sent.length).toBe(String(odd.length));
  });
});

describe("a body that breaks off", () => {
  it("is the client's going away, before and after the head has left", async () => {
    const broken = function* (pieces: number): Generator<Buffer> {
      for (let at = 0; at < pieces; at += 1) yield Buffer.alloc(KIB, "x");
      throw new Error("gone");
    };
    const clientOf = (pieces: number) => ({ body: Readable.from(broken(pieces)), expectsContinue: false }) as unknown as ClientSide;
    await expect(readAhead(clientOf(1), 64 * KIB)).rejects.toMatchObject({ code: "UPSTREAM_BROKEN" });
    const ahead = await readAhead(clientOf(100), 64 * KIB);
    const sent = await rewriteBody({ method: "POST", target: "/", headers: [] }, [], ahead as never);
    await expect(sent.body.toArray()).rejects.toThrow("gone");
  });
});
