import { describe, expect, it } from "vitest";
import { HeldHead } from "../../../../src/proxy/scrub/held-head.ts";

const HEAD = { status: 200, statusText: "OK", headers: ["A", "1"], isEnd: false };

function headOf(length: string) {
  return { ...HEAD, headers: ["Content-Length", length] };
}

function held() {
  const told: string[] = [];
  return { told, head: new HeldHead({ head: ({ status }) => told.push(`head ${status}`), body: (bytes) => told.push(String(bytes)) }) };
}

describe("a held head", () => {
  it("leaves before what waited behind it, and then all passes at once", () => {
    const { told, head } = held();
    head.take(headOf("9"));
    head.pass(Buffer.from("a"));
    expect(told).toEqual([]);
    head.release();
    head.pass(Buffer.from("b"));
    expect(told).toEqual(["head 200", "a", "b"]);
  });

  it("waits for a short body whole, and for any other a moment or 64 KiB", async () => {
    const { told, head } = held();
    head.take(HEAD);
    let isBusy = true;
    head.releaseSoon(() => isBusy);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told).toEqual([]);
    isBusy = false;
    await expect.poll(() => told).toEqual(["head 200"]);
    const long = held();
    long.head.take(headOf("100000"));
    long.head.pass(Buffer.alloc(65_537));
    expect(long.told).toHaveLength(2);
  });

  it("sets no clock for a body whose length is stated and small, unless chunks say otherwise", async () => {
    const short = held();
    short.head.take(headOf("9"));
    short.head.releaseSoon(() => false);
    const chunked = held();
    chunked.head.take({ ...HEAD, headers: ["Content-Length", "9", "Transfer-Encoding", "chunked"] });
    chunked.head.releaseSoon(() => false);
    await expect.poll(() => chunked.told).toEqual(["head 200"]);
    expect(short.told).toEqual([]);
  });

  it("gives way to the decoded text while it is held and the text is short", () => {
    const { told, head } = held();
    head.take(headOf("9"));
    head.pass(Buffer.from("coded"));
    head.remember(Buffer.from("text"));
    expect(head.replace((old) => ({ ...old, status: 201 }))?.map(String)).toEqual(["text"]);
    head.release();
    expect(told).toEqual(["head 201"]);
    expect(head.replace((old) => old)).toBe(null);
    const long = held();
    long.head.take(headOf("9"));
    long.head.remember(Buffer.alloc(2 ** 20 + 1));
    expect(long.head.replace((old) => old)).toBe(null);
  });
});
