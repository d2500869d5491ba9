import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { DeflatedMessages } from "../../../../../src/proxy/scrub/websocket/deflated-messages.ts";
import { makeKey } from "../spelled-keys.ts";

const key = makeKey();
const finder = new KeyFinder(formsOf(key));
const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString("latin1");
const started = (keepsContext = true): DeflatedMessages => {
  const messages = new DeflatedMessages(finder, { keepsContext });
  messages.begin(1);
  return messages;
};

describe("the frames of compressed messages", () => {
  it("leave in order when their message is whole", async () => {
    const messages = started();
    messages.head(Buffer.from("head"));
    const block = storedBlock(`so: ${key.slice(0, 12)}`);
    await messages.payload(block);
    messages.control(Buffer.from("ping"));
    expect(messages.release()).toEqual([]);
    await messages.end();
    expect(text(messages.release())).toBe(`head${text([block])}ping`);
    messages.stop();
  });

  it("begin anew where each message stands for itself, also after one that ended its own text", async () => {
    for (const keepsContext of [true, false]) {
      const messages = started(keepsContext);
      for (const said of ["one", `two ${key}`]) {
        messages.begin(1);
        await messages.payload(deflateRawSync(said));
        await messages.end();
      }
      expect([messages.count, messages.isStuck]).toEqual([1, false]);
      expect(text(messages.release().slice(1))).toContain(`two ${"*".repeat(key.length)}`);
      messages.stop();
    }
  });

  it("of a long message leave while it comes, but for what may be the credential", async () => {
    const messages = started();
    const sent: Buffer[] = [];
    const send = async (said: Buffer): Promise<number> => {
      const block = storedBlock(said);
      sent.push(block);
      await messages.payload(block);
      return messages.release().reduce((sum, { length }) => sum + length, 0);
    };
    let left = 0;
    for (let at = 0; at < 30; at += 1) left += await send(randomBytes(50_000));
    expect(left).toBe(text(sent).length);
    expect(await send(Buffer.from(key.slice(0, 12)))).toBe(0);
    expect(await send(Buffer.from("and on"))).toBe(text(sent.slice(-2)).length);
    await send(Buffer.from(key));
    expect([messages.isStuck, messages.release().length]).toEqual([true, 0]);
    messages.stop();
  });

  it("are not held without bound", async () => {
    const messages = started();
    for (let at = 0; at < 30; at += 1) await messages.payload(storedBlock(randomBytes(50_000)));
    await messages.payload(storedBlock(Buffer.from(key.slice(0, 12))));
    const hold = (): void => {
      for (let at = 0; at < 40; at += 1) messages.head(Buffer.alloc(16_384));
    };
    expect(hold).toThrow("cannot be read");
    messages.stop();
  });

  it("swell in memory that stays flat, and plain ones not beyond reason", async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const messages = started();
    const before = process.memoryUsage().rss;
    for (let at = 0; at < bomb.length; at += 16_384) {
      await messages.payload(bomb.subarray(at, at + 16_384));
      messages.release();
    }
    await messages.end();
    expect([messages.count, messages.isStuck]).toEqual([0, false]);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
    messages.begin(1);
    await messages.payload(deflateRawSync(key));
    await messages.end();
    messages.begin(1);
    await messages.payload(bomb);
    expect([messages.count, messages.isStuck]).toEqual([1, true]);
    messages.stop();
  });
});

/** RFC 1951 §3.2.4, not the last one: what it says stands in it as it is. */
function storedBlock(said: Buffer | string): Buffer {
  const bytes = Buffer.from(said as Buffer);
  const head = Buffer.alloc(5);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(bytes.length ^ 0xffff, 3);
  return Buffer.concat([head, bytes]);
}
