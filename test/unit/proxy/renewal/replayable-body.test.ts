import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_KEPT_BYTES, ReplayableBody } from "../../../../src/proxy/renewal/replayable-body.ts";

const read = (reading: Readable): Promise<string> => text(reading);
const next = async (reading: Readable): Promise<string> =>
  String(((await reading.iterator({ destroyOnReturn: false }).next()) as { value: Buffer }).value);

describe("a body that can be read again", () => {
  it("is the same each time, however it was cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ minLength: 1, maxLength: 500 }), { maxLength: 20 }), async (chunks) => {
        const body = new ReplayableBody(
          Readable.from(
            chunks.map((chunk) => Buffer.from(chunk)),
            { objectMode: false },
          ),
        );
        const first = await read(body.open());
        expect(first).toBe(chunks.join(""));
        expect(body.rewind()).toBe(true);
        expect(await read(body.open())).toBe(first);
      }),
      { numRuns: 50 },
    );
  });

  it("goes on where the client is when the first reading was given up half way", async () => {
    const client = new PassThrough();
    const body = new ReplayableBody(client);
    expect(body.hasBegun).toBe(false);
    client.write("one");
    const first = body.open();
    expect(await next(first)).toBe("one");
    expect(body.hasBegun).toBe(true);
    expect(body.rewind()).toBe(true);
    // The first reading still waits for this one.
    client.write("two");
    const second = read(body.open());
    first.resume();
    client.end("three");
    expect(await second).toBe("onetwothree");
  });

  it("can no longer be read again when more has come than is kept, and loses nothing of it", async () => {
    const chunks = Array.from({ length: 40 }, (_value, at) => Buffer.alloc(4_096, at));
    const body = new ReplayableBody(Readable.from(chunks, { objectMode: false }));
    expect(body.canReplay).toBe(true);
    const read1: Buffer[] = [];
    for await (const chunk of body.open()) read1.push(chunk as Buffer);
    expect(Buffer.concat(read1).equals(Buffer.concat(chunks))).toBe(true);
    expect([body.canReplay, body.rewind()]).toEqual([false, false]);
  });

  it("of exactly what is kept can be read again", async () => {
    const body = new ReplayableBody(Readable.from([Buffer.alloc(MAX_KEPT_BYTES, "x")], { objectMode: false }));
    await read(body.open());
    expect(body.canReplay).toBe(true);
  });

  it("breaks when the client does", async () => {
    const client = new PassThrough();
    const body = new ReplayableBody(client);
    const reading = read(body.open());
    client.destroy(new Error("gone"));
    await expect(reading).rejects.toThrow("gone");
  });
});
