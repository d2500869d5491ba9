import { describe, expect, it } from "vitest";
import { formsOf } from "../../../../../src/proxy/scrub/find/key-forms.ts";
import { KeyFinder } from "../../../../../src/proxy/scrub/find/key-finder.ts";
import { KeyScan } from "../../../../../src/proxy/scrub/find/key-scan.ts";
import { makeKey } from "../spelled-keys.ts";

describe("a scan", () => {
  it("counts positions from the beginning of the stream and says up to where all is decided", () => {
    const key = makeKey();
    const scan = new KeyScan(new KeyFinder(formsOf(key)));
    const feed = (text: string): void => scan.feed(Buffer.from(text), 0, text.length);
    feed(`\n\n\n${key.slice(0, 7)}`);
    expect(scan).toMatchObject({ decided: 3, position: 10, count: 0, mayPassOpen: false });
    feed(`${key.slice(7)}\n`);
    expect(scan).toMatchObject({ decided: 4 + key.length, hits: [3, 3 + key.length], count: 1, mayPassOpen: true });
    feed("\n");
    expect(scan.hits).toEqual([]);
    feed(key.slice(0, 5));
    scan.end();
    expect(scan).toMatchObject({ decided: scan.position, count: 1 });
    feed(key.slice(5));
    scan.end();
    expect(scan.count).toBe(1);
  });
});
