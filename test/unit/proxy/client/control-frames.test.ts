// When PINGs and SETTINGS are a flood.
import { describe, expect, it } from "vitest";
import { ControlFrames } from "../../../../src/proxy/client/control-frames.ts";

/** Which of `count` frames is found to be one too many; null: none. */
function floodAt(count: number, each: { readonly ms: number; readonly bytes: number }): number | null {
  const frames = new ControlFrames(0);
  for (let i = 1; i <= count; i += 1) if (frames.isFlood(i * each.ms, i * each.bytes)) return i;
  return null;
}

describe("control frames", () => {
  it("that come fast and alone are a flood, the thousandth at the latest", () => {
    expect(floodAt(50_000, { ms: 0, bytes: 34 })).toBe(1_000);
    expect(floodAt(50_000, { ms: 10, bytes: 100 })).toBe(1_000);
  });

  it("that come now and then are none", () => {
    expect(floodAt(50_000, { ms: 1_000, bytes: 34 })).toBeNull();
  });

  it("that come with data are none", () => {
    expect(floodAt(50_000, { ms: 0, bytes: 16_000 })).toBeNull();
  });

  it("are one when data comes first and then no more", () => {
    const frames = new ControlFrames(0);
    let found = 0;
    for (let i = 1; i <= 3_000 && found === 0; i += 1) if (frames.isFlood(0, Math.min(i, 1_500) * 16_000)) found = i;
    expect(found).toBe(3_000);
  });
});
