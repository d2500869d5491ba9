import { describe, expect, it } from "vitest";
import { fieldRewriter } from "../../../../src/proxy/body/field-rewriter.ts";
import { FormScanner } from "../../../../src/proxy/body/form-scanner.ts";

const expected = "ph:0123456789";

function rewriter(real: string) {
  return fieldRewriter((onValue) => new FormScanner("t", expected.length, onValue), { expected, real, encode: encodeURIComponent });
}

function run(real: string, body: string, isLocked = false): { text: string; keepsLength: boolean } {
  const rewriting = rewriter(real);
  if (isLocked) rewriting.lockLength();
  const text = Buffer.concat([rewriting.push(Buffer.from(body)), rewriting.end()]).toString();
  return { text, keepsLength: rewriting.keepsLength };
}

describe("a field's rewriter", () => {
  it("keeps the length when the key, as it is written, is as long as the placeholder", () => {
    expect(run("re:al-23456789".slice(0, 13), "t=ph%3A0123456789&x=1")).toEqual({ text: "t=re%3Aal-2345678&x=1", keepsLength: true });
    expect(run("real-23456789", "t=ph%3A0123456789")).toEqual({ text: "t=real-23456789", keepsLength: false });
  });

  it("knows that the length changes when the client writes the placeholder in another way", () => {
    expect(run("re:al-2345678", "t=ph:0123456789")).toEqual({ text: "t=re%3Aal-2345678", keepsLength: false });
  });

  it("leaves out what would break a length that has been announced", () => {
    expect(run("re:al-2345678", "t=ph:0123456789", true).text).toBe("t=ph:0123456789");
    expect(run("re:al-2345678", "t=ph%3A0123456789", true).text).toBe("t=re%3Aal-2345678");
  });
});
