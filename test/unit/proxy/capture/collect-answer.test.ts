import { describe, expect, it } from "vitest";
import type { ClientSide } from "../../../../src/proxy/client/client-side.ts";
import { collectAnswer } from "../../../../src/proxy/capture/collect-answer.ts";

const told: string[] = [];
const note = (what: string) => () => void told.push(what);
const client = {
  head: { method: "POST" },
  body: null,
  isHttp2: true,
  isGone: false,
  start: note("start"),
  write: () => (told.push("write"), true),
  finish: note("finish"),
  cut: note("cut"),
  onGone: () => undefined,
} as unknown as ClientSide;
const head = { status: 200, statusText: "", headers: [], isEnd: false };

describe("an answer that is taken in", () => {
  it("is kept whole, and the client hears nothing of it", () => {
    const collecting = collectAnswer(client, { maxBytes: 10, outlivesClient: false });
    collecting.side.start(head);
    expect(collecting.side.write(Buffer.from("12345"))).toBe(true);
    collecting.side.write(Buffer.from("67890"));
    collecting.side.finish([]);
    expect([collecting.head, collecting.body.toString(), collecting.isCut, collecting.side.isStarted]).toEqual([
      head,
      "1234567890",
      false,
      false,
    ]);
    expect(told).toEqual([]);
  });

  it("that is too long is let go, and its sender is hung up on", async () => {
    const collecting = collectAnswer(client, { maxBytes: 10, outlivesClient: false });
    const gone = new Promise<void>((resolve) => collecting.side.onGone(() => resolve()));
    collecting.side.write(Buffer.alloc(11));
    collecting.side.write(Buffer.alloc(11));
    await gone;
    expect([collecting.isCut, collecting.side.isGone, collecting.body.length]).toEqual([true, true, 0]);
  });

  it("is taken in although the client is gone, when it is worth it, until somebody has waited long enough", async () => {
    const gone = { ...client, isGone: true, onGone: (listener: () => void) => listener() } as unknown as ClientSide;
    expect(collectAnswer(gone, { maxBytes: 10, outlivesClient: false }).side.isGone).toBe(true);
    const collecting = collectAnswer(gone, { maxBytes: 10, outlivesClient: true });
    let isOver = false;
    const over = new Promise<void>((resolve) => collecting.side.onGone(() => resolve(void (isOver = true))));
    collecting.side.write(Buffer.from("12345"));
    expect([collecting.side.isGone, isOver, collecting.body.toString()]).toEqual([false, false, "12345"]);
    collecting.hangUp();
    await over;
    expect([collecting.side.isGone, collecting.isCut]).toEqual([true, false]);
  });
});
