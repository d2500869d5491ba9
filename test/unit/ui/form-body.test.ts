import { Readable } from "node:stream";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { MAX_FORM_BYTES, pickFields, readForm } from "../../../src/ui/form-body.ts";

function request(chunks: string[], length?: number): IncomingMessage {
  const headers = length === undefined ? {} : { "content-length": String(length) };
  return Object.assign(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), { headers }) as never;
}

describe("a form's body", () => {
  it("is read whole, also when a character is cut in two", async () => {
    const bytes = Buffer.from("a=é&b=%26+x");
    const parts = [bytes.subarray(0, 3), bytes.subarray(3)];
    const form = await readForm(Object.assign(Readable.from(parts), { headers: {} }) as never);
    expect([form?.get("a"), form?.get("b")]).toEqual(["é", "& x"]);
  });

  it("over the limit is refused, by its length or on the way", async () => {
    expect(await readForm(request(["a=1"], MAX_FORM_BYTES + 1))).toBeNull();
    expect(await readForm(request(["x".repeat(MAX_FORM_BYTES), "y"]))).toBeNull();
    expect(await readForm(request(["x".repeat(MAX_FORM_BYTES)]))).not.toBeNull();
  });
});

describe("the fields", () => {
  const pick = (text: string) => pickFields(new URLSearchParams(text), ["sid", "key"]);

  it("are the declared ones, each once, the csrf token aside", () => {
    expect(pick("csrf=c&key=k&sid=")).toEqual({ sid: "", key: "k" });
  });

  it.each(["key=k", "key=k&sid=s&more=1", "key=k&key=l&sid=s", "key=k&sid=s&__proto__=x", ""])("otherwise are refused: %s", (text) => {
    expect(pick(text)).toBeNull();
  });
});
