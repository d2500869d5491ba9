import { PassThrough } from "node:stream";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../src/proxy/scrub/find/key-finder.ts";
import { scanBody } from "../../../../src/proxy/strict/body-scanner.ts";
import { ScrubbedAnswer } from "../../../../src/proxy/strict/scrubbed-answer.ts";
import { makeKey } from "../scrub/spelled-keys.ts";

const key = makeKey();
const finder = new KeyFinder(formsOf(key));

/** What the client is told of these bytes, cut at `cut`. */
function answered(bytes: string, cut: number): { heard: string; isEnded: boolean } {
  const client = new PassThrough();
  let isEnded = false;
  const answer = new ScrubbedAnswer(
    { mode: "mask", finder },
    {
      client: client as unknown as Socket,
      host: "api.acme.test",
      onEnd: () => (isEnded = true),
      onFail: () => undefined,
      resumeUpstream: () => undefined,
    },
  );
  const framing = { kind: "chunked" } as const;
  const body = scanBody(framing, { keepsTrailers: false, decodes: true });
  answer.begin({ status: 200, statusText: "OK", headers: ["Transfer-Encoding", "chunked"], framing, wantsClose: false }, false);
  const whole = Buffer.from(bytes, "latin1");
  for (const part of [whole.subarray(0, cut), whole.subarray(cut)]) {
    const piece = Buffer.from(part);
    answer.push(body, piece, { start: 0, count: body.feed(piece, 0) });
  }
  answer.stop();
  return { heard: String(client.read() ?? ""), isEnded };
}

describe("an answer of the strict lane that is searched", () => {
  it("keeps its chunks and loses the key, wherever it is cut; extensions stay behind", () => {
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const [one, two] = [key.slice(0, 4), key.slice(4)];
    const size = two.length.toString(16);
    const sent = `4;x=1\r\n${one}\r\n${size}\r\n${two}\r\n0\r\nX-T: ${key}\r\n\r\n`;
    const expected = `${head}4\r\n****\r\n${size}\r\n${"*".repeat(two.length)}\r\n0\r\nX-T: ${"*".repeat(key.length)}\r\n\r\n`;
    for (let cut = 0; cut < sent.length; cut += 1) expect(answered(sent, cut)).toEqual({ heard: expected, isEnded: true });
  });
});
