import { appendFileSync, closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ChainEnd, findChainEnd } from "../../../src/audit/chain-end.ts";
import type { Head } from "../../../src/audit/head-file.ts";
import { GENESIS, readRecordLine, sha256 } from "../../../src/audit/record-line.ts";
import { rewrite, tempPath, writtenLines } from "./temp-audit.ts";

function endOf(path: string, head: Head | null = null): ChainEnd {
  const fd = openSync(path, "a+");
  try {
    return findChainEnd(fd, { head, before: null });
  } finally {
    closeSync(fd);
  }
}

describe("where a chain goes on", () => {
  it("is the beginning for a new file", () => {
    expect(endOf(tempPath())).toEqual({ seq: 0, hash: GENESIS, needsLineFeed: false, torn: null, sealedBy: null });
  });

  it("is after the last record", () => {
    const path = tempPath();
    const last = readRecordLine(writtenLines(path, 3)[2] ?? "");
    expect(endOf(path)).toEqual({ seq: 3, hash: last?.hash, needsLineFeed: false, torn: null, sealedBy: null });
  });

  it("is after the last whole record when a crash cut one off, and names the rest", () => {
    const path = tempPath();
    const lines = writtenLines(path, 2);
    appendFileSync(path, '{"seq":3,"at');
    expect(endOf(path)).toMatchObject({
      seq: 2,
      hash: readRecordLine(lines[1] ?? "")?.hash,
      needsLineFeed: true,
      torn: sha256('{"seq":3,"at'),
    });
  });

  it("is after a record that lost only its line feed", () => {
    const path = tempPath();
    const lines = writtenLines(path, 2);
    rewrite(path, lines.slice(0, 1));
    appendFileSync(path, lines[1] ?? "");
    expect(endOf(path)).toMatchObject({ seq: 2, needsLineFeed: true, torn: null });
  });

  it("never vouches for a damaged line that was ended", () => {
    const path = tempPath();
    const lines = writtenLines(path, 2);
    rewrite(path, [lines[0] ?? "", (lines[1] ?? "").replace("200", "500")]);
    expect(endOf(path)).toMatchObject({ seq: 1, needsLineFeed: false, torn: null });
  });

  it("leaves a gap where records that were on the disk are gone", () => {
    const path = tempPath();
    rewrite(path, writtenLines(path, 5).slice(0, 2));
    const head = { seq: 5, hash: sha256("5") };
    expect(endOf(path, head)).toMatchObject(head);
    expect(endOf(path, { seq: 1, hash: sha256("1") })).toMatchObject({ seq: 2 });
  });
});
