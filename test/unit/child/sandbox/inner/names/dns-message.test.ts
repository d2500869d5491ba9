import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CODE, readQuestion, TYPE, writeAnswer } from "../../../../../../src/child/sandbox/inner/names/dns-message.ts";
import { query } from "./query.ts";

describe("readQuestion", () => {
  it("reads the name in lower case, its type and where it ends", () => {
    const message = query("API.OpenAI.com", TYPE.AAAA);
    expect(readQuestion(message)).toEqual({ name: "api.openai.com", type: TYPE.AAAA, end: message.length });
  });

  it("takes no answer, no other operation, no two questions, no other class, no pointer and nothing cut", () => {
    const changed = (change: (message: Buffer) => void): Buffer => {
      const message = query("a.test", TYPE.A);
      change(message);
      return message;
    };
    expect(readQuestion(changed((m) => m.writeUInt16BE(0x81_00, 2)))).toBeNull();
    expect(readQuestion(changed((m) => m.writeUInt16BE(0x28_00, 2)))).toBeNull();
    expect(readQuestion(changed((m) => m.writeUInt16BE(2, 4)))).toBeNull();
    expect(readQuestion(changed((m) => m.writeUInt16BE(3, m.length - 2)))).toBeNull();
    expect(readQuestion(changed((m) => m.writeUInt8(0xc0, 12)))).toBeNull();
    const whole = query("a.test", TYPE.A);
    for (let end = 0; end < whole.length; end += 1) expect(readQuestion(whole.subarray(0, end))).toBeNull();
  });

  it("ends for whatever bytes come", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 600 }), (bytes) => {
        const message = Buffer.from(bytes);
        message.writeUInt16BE(0, 2);
        message.writeUInt16BE(1, 4);
        const question = readQuestion(message);
        if (question === null) return;
        expect(question.end).toBeLessThanOrEqual(message.length);
        expect(question.name.length).toBeLessThanOrEqual(253);
      }),
    );
  });
});

describe("writeAnswer", () => {
  it("repeats identity and question and gives one address", () => {
    const message = query("a.test", TYPE.A, 0x1234);
    const answer = writeAnswer(message, readQuestion(message), { code: CODE.NONE, address: "127.64.1.2" });
    expect(answer.readUInt16BE(0)).toBe(0x1234);
    expect(answer.readUInt16BE(2)).toBe(0x81_80);
    expect([answer.readUInt16BE(4), answer.readUInt16BE(6)]).toEqual([1, 1]);
    expect(answer.subarray(12, message.length)).toEqual(message.subarray(12));
    expect([...answer.subarray(-4)]).toEqual([127, 64, 1, 2]);
  });

  it("gives a code alone where there is nothing", () => {
    const message = query("a.test", TYPE.A);
    const answer = writeAnswer(message, readQuestion(message), { code: CODE.NO_SUCH_NAME });
    expect([answer.readUInt16BE(2) & 0xf, answer.readUInt16BE(6), answer.length]).toEqual([3, 0, message.length]);
    expect(writeAnswer(message, null, { code: CODE.FORMAT })).toHaveLength(12);
  });
});
