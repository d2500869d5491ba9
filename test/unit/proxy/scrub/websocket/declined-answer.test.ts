import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { searchDeclined } from "../../../../../src/proxy/scrub/websocket/declined-answer.ts";
import { makeKey } from "../spelled-keys.ts";

const key = makeKey();
const finder = new KeyFinder(formsOf(key));

function decline(mode: "mask" | "block", body: string) {
  const answer = new PassThrough();
  answer.end(body);
  const head = { status: 403, statusText: `no ${key}`, headers: ["X-Key", key], isEnd: false };
  return searchDeclined(answer as unknown as IncomingMessage, head, { scrub: { mode, finder }, host: "api.acme.test" });
}

describe("a handshake that the upstream refuses", () => {
  it("is passed on with the key masked, and counted when its body has ended", async () => {
    const { head, body, masked } = await decline("mask", `you are ${key}`);
    const stars = "*".repeat(key.length);
    expect(head).toMatchObject({ status: 403, statusText: `no ${stars}`, headers: ["X-Key", stars] });
    expect(await text(body)).toBe(`you are ${stars}`);
    expect(await masked).toBe(3);
  });

  it("is withheld in block mode", async () => {
    await expect(decline("block", "")).rejects.toMatchObject({ code: "CREDENTIAL_ECHOED" });
  });
});
