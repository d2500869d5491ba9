import { describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import { LeakGuard } from "../../../../src/proxy/leaks/leak-guard.ts";
import { leakSearch } from "../../../../src/proxy/leaks/leak-search.ts";

const key = randomText(30);
const owner = { provider: "acme", name: "default" };
const search = leakSearch({ known: [], secrets: [{ secret: new Secret(key), owner }], here: [], findsHomeKeys: true });

function guard(): LeakGuard {
  if (search === null) throw new Error("nothing to look for");
  return new LeakGuard(search, "evil.test");
}

/** What left before the guard refused, or all of it. */
function run(pieces: readonly Buffer[]): { left: string; code: string | null } {
  const guarded = guard();
  let left = "";
  try {
    for (const piece of pieces) left += guarded.push(Buffer.from(piece), null).toString("latin1");
    return { left: left + guarded.end().toString("latin1"), code: null };
  } catch (error) {
    return { left, code: (error as { code: string }).code };
  }
}

describe("a guard of a body", () => {
  it.each([
    ["plain", key],
    ["base64", Buffer.from(`ab${key}z`).toString("base64")],
    ["base64url", Buffer.from(`a${key}zz`).toString("base64url")],
    ["percent", Array.from(key, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("")],
  ])("stops a key in %s form, cut at every place, before its end has left", (_form, written) => {
    const text = Buffer.from(`before ${written} behind`);
    for (let cut = 0; cut <= text.length; cut += 1) {
      const { left, code } = run([text.subarray(0, cut), text.subarray(cut)]);
      expect(code).toBe("KEY_LEAK");
      expect(left.length).toBeLessThan("before ".length + written.length);
    }
    expect(run([...text].map((byte) => Buffer.of(byte))).code).toBe("KEY_LEAK");
  });

  it("passes everything else byte for byte, also what begins like a key and ends", () => {
    const text = Buffer.from(`${key.slice(0, -1)} and ${key.slice(1)} and ${key.slice(0, 3)}`);
    for (let cut = 0; cut <= text.length; cut += 1)
      expect(run([text.subarray(0, cut), text.subarray(cut)])).toEqual({ left: text.toString(), code: null });
  });

  it("gives very little up when nothing follows, and goes on looking", () => {
    const guarded = guard();
    expect(guarded.push(Buffer.from(`x${key.slice(0, 2)}`), null).toString()).toBe("x");
    expect(guarded.mayPassOpen).toBe(true);
    expect(guarded.passOpen().toString()).toBe(key.slice(0, 2));
    expect(() => guarded.push(Buffer.from(key.slice(2)), null)).toThrow(expect.objectContaining({ code: "KEY_LEAK" }));
    const longer = guard();
    longer.push(Buffer.from(key.slice(0, 12)), null);
    expect(longer.mayPassOpen).toBe(false);
  });

  it("looks at payload only, whatever framing stands between", () => {
    const [one, two] = [key.slice(0, 11), key.slice(11)];
    const text = `b\r\n${one}\r\n13\r\n${two}\r\n`;
    const payload = [one, two].map((part) => [text.indexOf(part), text.indexOf(part) + part.length] as const);
    expect(() => guard().push(Buffer.from(text), payload)).toThrow(expect.objectContaining({ code: "KEY_LEAK" }));
  });

  it("looks at trailers", () => {
    expect(() => guard().trailers(["X", `a ${key}`])).toThrow(expect.objectContaining({ code: "KEY_LEAK" }));
    expect(() => guard().trailers(["X", "a"])).not.toThrow();
  });
});
