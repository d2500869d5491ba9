import { describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { LeakGuard } from "../../../../src/proxy/leaks/leak-guard.ts";
import { leakSearch } from "../../../../src/proxy/leaks/leak-search.ts";
import type { Framing } from "../../../../src/proxy/strict/head-grammar.ts";
import { RequestBody } from "../../../../src/proxy/strict/request-body.ts";

const key = randomText(30);
const secrets = [{ secret: new Secret(key), owner: { provider: "acme", name: "default" } }];
const guard = (): LeakGuard => {
  const search = leakSearch({ known: [], secrets, here: [], findsHomeKeys: true });
  if (search === null) throw new Error("nothing to look for");
  return new LeakGuard(search, "evil.test");
};

function feed(framing: Framing, pieces: readonly string[], guarded: LeakGuard | null): { sent: string; body: RequestBody; error: unknown } {
  let sent = "";
  const body = new RequestBody(framing, guarded, (bytes) => void (sent += bytes.toString("latin1")));
  try {
    for (const piece of pieces) body.feed(Buffer.from(piece, "latin1"), 0);
    return { sent, body, error: null };
  } catch (error) {
    body.stop();
    return { sent, body, error };
  }
}

const chunked = `5;x=y\r\nhello\r\n3\r\n${key.slice(0, 3)}\r\n0\r\nX-A: b\r\n\r\n`;
const asSent = `5\r\nhello\r\n3\r\n${key.slice(0, 3)}\r\n0\r\nX-A: b\r\n\r\n`;

describe("a request body of the strict lane", () => {
  it("leaves as it came, with a guard and without, cut at every place", () => {
    for (let cut = 0; cut <= chunked.length; cut += 1) {
      const pieces = [chunked.slice(0, cut), chunked.slice(cut)];
      for (const guarded of [null, guard()]) {
        const { sent, body } = feed({ kind: "chunked" }, pieces, guarded);
        expect(sent).toBe(asSent);
        expect(body.isDone).toBe(true);
        expect(body.payloadBytes).toBe(8);
      }
    }
    expect(feed({ kind: "length", bytes: 5 }, ["hel", "lo and the next request"], guard()).sent).toBe("hello");
  });

  it("stops at a key across chunks, cut at every place; of the key's end nothing has been sent", () => {
    const text = `8\r\n${key.slice(0, 8)}\r\n16\r\n${key.slice(8)}\r\n0\r\n\r\n`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const { sent, error } = feed({ kind: "chunked" }, [text.slice(0, cut), text.slice(cut)], guard());
      expect(error).toMatchObject({ code: "KEY_LEAK" });
      expect(sent).not.toContain(key.slice(0, 8));
    }
  });

  it("stops at a key in a trailer, before the end of the body is sent", () => {
    const { sent, error } = feed({ kind: "chunked" }, [`2\r\nok\r\n0\r\nX-A: ${key}\r\n\r\n`], guard());
    expect(error).toMatchObject({ code: "KEY_LEAK" });
    expect(sent).not.toContain(key);
  });

  it("fails on broken framing as before", () => {
    expect(feed({ kind: "chunked" }, ["zz\r\n"], guard()).error).toMatchObject({ code: "BODY_FRAMING" });
  });
});
