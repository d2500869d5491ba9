import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GENESIS, readRecordLine, writeRecordLine } from "../../../src/audit/record-line.ts";
import { verifyAudit } from "../../../src/audit/verify-audit.ts";
import { open, request, rewrite, tempPath, writtenLines } from "./temp-audit.ts";

const COUNT = 6;
const positions = Array.from({ length: COUNT }, (_, at) => at);

describe("a chain as it was written", () => {
  it("is whole, also while it is being written", async () => {
    const path = tempPath();
    expect(await verifyAudit(path)).toMatchObject({ records: 0, firstBadSeq: null });
    const log = open(path);
    expect(await verifyAudit(path)).toMatchObject({ records: 0, firstBadSeq: null });
    for (let at = 0; at < 2_000; at++) log.append(request(`req_${at}`, { path: `/${"é".repeat(at % 300)}` }));
    expect(await verifyAudit(path)).toMatchObject({ records: 2_000, firstBadSeq: null });
  });

  it("needs no head to be read elsewhere", async () => {
    const path = tempPath();
    writtenLines(path, COUNT);
    rmSync(`${path}.head`);
    expect(await verifyAudit(path)).toMatchObject({ records: COUNT, firstBadSeq: null });
  });
});

describe("the first record that is not as it must be", () => {
  it.each(positions)("is the one edited at position %i", async (at) => {
    const path = tempPath();
    const lines = writtenLines(path, COUNT);
    rewrite(
      path,
      lines.map((line, index) => (index === at ? line.replace('"status":200', '"status":404') : line)),
    );
    expect(await verifyAudit(path)).toMatchObject({ records: COUNT - 1, firstBadSeq: at + 1 });
  });

  it.each(positions)("is the one edited at position %i, its own hash made to fit", async (at) => {
    const path = tempPath();
    const lines = writtenLines(path, COUNT);
    const record = readRecordLine(lines[at] ?? "");
    if (record === null) throw new Error("not a record");
    const forged = writeRecordLine("request", { ...record, kind: "request", host: "forged.example" }, record).line;
    rewrite(
      path,
      lines.map((line, index) => (index === at ? forged : line)),
    );
    // Whoever makes the hash fit breaks the next record's link; at the end it is the head that remembers.
    expect((await verifyAudit(path)).firstBadSeq).toBe(at === COUNT - 1 ? COUNT : at + 2);
  });

  it.each(positions)("is the one removed at position %i", async (at) => {
    const path = tempPath();
    rewrite(
      path,
      writtenLines(path, COUNT).filter((_, index) => index !== at),
    );
    expect(await verifyAudit(path)).toMatchObject({ records: COUNT - 1, firstBadSeq: at + 1 });
  });

  it.each(positions.slice(1))("is the one before which position %i was moved", async (at) => {
    const path = tempPath();
    const lines = writtenLines(path, COUNT);
    const [moved = ""] = lines.splice(at, 1);
    lines.splice(at - 1, 0, moved);
    rewrite(path, lines);
    expect(await verifyAudit(path)).toMatchObject({ records: COUNT, firstBadSeq: at });
  });

  it("is one that was added, doubled or blanked", async () => {
    const path = tempPath();
    const lines = writtenLines(path, COUNT);
    const changes: [string[], number][] = [
      [[...lines.slice(0, 2), "{}", ...lines.slice(2)], 3],
      [[...lines.slice(0, 2), lines[1] ?? "", ...lines.slice(2)], 3],
      [[...lines.slice(0, 2), "", ...lines.slice(2)], 3],
      [[...lines, "{}"], COUNT + 1],
      [[], 1],
    ];
    for (const [changed, firstBadSeq] of changes) {
      rewrite(path, changed);
      expect((await verifyAudit(path)).firstBadSeq).toBe(firstBadSeq);
    }
  });

  it("is the first missing when the end was cut, with or without a piece left", async () => {
    const path = tempPath();
    const lines = writtenLines(path, COUNT);
    writeFileSync(path, `${lines.slice(0, 4).join("\n")}\n${(lines[4] ?? "").slice(0, 50)}`);
    expect(await verifyAudit(path)).toMatchObject({ records: 4, firstBadSeq: 5 });
  });

  it("shows when the whole chain was written anew", async () => {
    const path = tempPath();
    writtenLines(path, COUNT);
    let prev = GENESIS;
    const forged = positions.map((at) => {
      const { line, hash } = writeRecordLine("request", request(`forged_${at}`), { seq: at + 1, atMs: at, prev, torn: null });
      prev = hash;
      return line;
    });
    rewrite(path, forged);
    expect((await verifyAudit(path)).firstBadSeq).toBe(COUNT);
  });
});

describe("a file that cannot be read", () => {
  it("is an error, not a whole chain", async () => {
    const path = tempPath();
    mkdirSync(path);
    await expect(verifyAudit(path)).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  });
});
