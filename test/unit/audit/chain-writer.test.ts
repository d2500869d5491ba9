import { mkdirSync, readFileSync, renameSync, rmSync, rmdirSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { ChainWriter, type RotationLimits } from "../../../src/audit/chain-writer.ts";
import { auditFiles, rotatedFiles } from "../../../src/audit/files/audit-files.ts";
import { findRow } from "../../../src/audit/find-row.ts";
import { listRows } from "../../../src/audit/list-rows.ts";
import { readPart } from "../../../src/audit/read-part.ts";
import { readRecordLine, type WrittenRecord } from "../../../src/audit/record-line.ts";
import type { AuditSeal } from "../../../src/audit/seal/checkpoint.ts";
import { verifyAudit } from "../../../src/audit/verify-audit.ts";
import { testSeal } from "./seal/test-seal.ts";
import { everything, request, tempPath } from "./temp-audit.ts";

const NEVER: RotationLimits = { maxBytes: 0, maxAgeMs: 0 };
const time = { nowMs: 0 };

function openChain(path: string, { seal, limits = NEVER }: { seal: AuditSeal | null; limits?: RotationLimits }): ChainWriter {
  return new ChainWriter({ path, seal, limits: () => limits, clock: { nowMs: () => time.nowMs } });
}

function write(chain: ChainWriter, count: number, from = 1): void {
  for (let at = from; at < from + count; at++)
    chain.write([{ kind: "request", record: request(`req_${at}`, { status: 200 }), atMs: time.nowMs }]);
}

function recordsIn(path: string): WrittenRecord[] {
  const text = auditFiles(path)
    .map((file) => readFileSync(file, "utf8"))
    .join("");
  return text
    .split("\n")
    .map(readRecordLine)
    .filter((record) => record !== null);
}

const checkpointsIn = (path: string): number[] =>
  recordsIn(path)
    .filter(({ kind }) => kind === "checkpoint")
    .map(({ seq }) => seq);

describe("checkpoints", () => {
  it("come after every thousand records and with the closing, and the store remembers the last", async () => {
    const path = tempPath();
    const seal = testSeal();
    const chain = openChain(path, { seal });
    write(chain, 2_500);
    chain.close();
    expect(checkpointsIn(path)).toEqual([1_001, 2_002, 2_503]);
    expect(seal.readHead()?.seq).toBe(2_503);
    expect(await verifyAudit(path, { publicKey: seal.publicKey, head: seal.readHead() })).toEqual({
      records: 2_503,
      firstBadSeq: null,
      firstBadFile: null,
      signedUpTo: 2_503,
    });
  });

  it("come with the flush within a minute of activity, and not without any", () => {
    const path = tempPath();
    time.nowMs = 1_000;
    const chain = openChain(path, { seal: testSeal() });
    onTestFinished(() => chain.close());
    write(chain, 1);
    time.nowMs += 29_000;
    chain.flush();
    expect(checkpointsIn(path)).toEqual([]);
    time.nowMs += 1_000;
    chain.flush();
    time.nowMs += 600_000;
    chain.flush();
    expect(checkpointsIn(path)).toEqual([2]);
  });

  it("are made up for at the next opening after a crash, and once", () => {
    const path = tempPath();
    const seal = testSeal();
    const crashed = openChain(path, { seal: null });
    write(crashed, 2);
    crashed.close();
    for (let at = 0; at < 2; at++) openChain(path, { seal }).close();
    expect(checkpointsIn(path)).toEqual([3]);
  });

  it("of the key that a restored store lost are vouched for by the first of the new one", async () => {
    const path = tempPath();
    const before = openChain(path, { seal: testSeal() });
    write(before, 2);
    before.close();
    const seal = testSeal();
    expect(await verifyAudit(path, { publicKey: seal.publicKey, head: null })).toMatchObject({ firstBadSeq: 3, signedUpTo: 0 });
    openChain(path, { seal }).close();
    expect(await verifyAudit(path, { publicKey: seal.publicKey, head: null })).toMatchObject({ firstBadSeq: null, signedUpTo: 4 });
  });

  it("are not needed for the audit to go on when the store cannot remember them", () => {
    const path = tempPath();
    const seal: AuditSeal = {
      ...testSeal(),
      writeHead: () => {
        throw new Error("disk full");
      },
    };
    const chain = openChain(path, { seal });
    write(chain, 1_000);
    chain.flush();
    write(chain, 1);
    chain.close();
    expect(recordsIn(path)).toHaveLength(1_003);
  });
});

describe("a new file", () => {
  it("begins at the size, and the chain goes on across files, openings and readers", async () => {
    const path = tempPath();
    const seal = testSeal();
    for (let round = 0; round < 3; round++) {
      const chain = openChain(path, { seal, limits: { maxBytes: 4_000, maxAgeMs: 0 } });
      write(chain, 50, round * 50 + 1);
      chain.close();
    }
    expect(rotatedFiles(path).length).toBeGreaterThan(5);
    const records = recordsIn(path);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, at) => at + 1));
    const verdict = await verifyAudit(path, { publicKey: seal.publicKey, head: seal.readHead() });
    expect(verdict).toMatchObject({ records: records.length, firstBadSeq: null, signedUpTo: records.length });
    expect(listRows(path, everything).map(({ requestId }) => requestId)).toEqual(Array.from({ length: 150 }, (_, at) => `req_${at + 1}`));
    expect(findRow(path, "req_3")?.row.status).toBe(200);
    const exported: string[] = [];
    for (let at: number | null = 0; at !== null;) {
      const part: ReturnType<typeof readPart> = readPart(path, at, null);
      exported.push(...part.lines);
      at = part.nextByte;
    }
    expect(exported).toEqual(auditFiles(path).flatMap((file) => readFileSync(file, "utf8").split("\n").slice(0, -1)));
  });

  it("begins at the age of the first record, also when the file was opened anew", () => {
    const path = tempPath();
    time.nowMs = 1_000;
    const first = openChain(path, { seal: null, limits: { maxBytes: 0, maxAgeMs: 10_000 } });
    write(first, 1);
    first.close();
    time.nowMs = 10_999;
    const chain = openChain(path, { seal: null, limits: { maxBytes: 0, maxAgeMs: 10_000 } });
    onTestFinished(() => chain.close());
    expect(rotatedFiles(path)).toEqual([]);
    time.nowMs = 11_000;
    chain.flush();
    expect(rotatedFiles(path)).toEqual([`${path}.000001`]);
    time.nowMs = 99_000;
    chain.flush();
    expect(rotatedFiles(path)).toHaveLength(1);
  });

  it("that cannot begin costs no record, and begins later", async () => {
    const path = tempPath();
    time.nowMs = 0;
    const chain = openChain(path, { seal: null, limits: { maxBytes: 1, maxAgeMs: 0 } });
    onTestFinished(() => chain.close());
    mkdirSync(`${path}.new`);
    write(chain, 3);
    expect(rotatedFiles(path)).toEqual([]);
    rmdirSync(`${path}.new`);
    time.nowMs += 30_000;
    write(chain, 1, 4);
    expect(rotatedFiles(path)).toHaveLength(1);
    expect(await verifyAudit(path)).toMatchObject({ records: 4, firstBadSeq: null });
  });

  it("goes on after a crash between the two names", async () => {
    const path = tempPath();
    const chain = openChain(path, { seal: null });
    write(chain, 3);
    chain.close();
    renameSync(path, `${path}.000001`);
    const again = openChain(path, { seal: null });
    write(again, 1, 4);
    again.close();
    expect(await verifyAudit(path)).toMatchObject({ records: 4, firstBadSeq: null });
  });
});

describe("a file taken away while it is written", () => {
  it("shows, and what comes next is where it can be found", async () => {
    const path = tempPath();
    const chain = openChain(path, { seal: null });
    write(chain, 3);
    rmSync(path);
    chain.flush();
    write(chain, 1, 4);
    chain.close();
    expect(await verifyAudit(path)).toMatchObject({ records: 1, firstBadSeq: 1 });
    expect(listRows(path, everything).map(({ requestId }) => requestId)).toEqual(["req_4"]);
  });
});
