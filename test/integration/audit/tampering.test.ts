// Random tampering with a real audit of several files: it is always found, and the first record that was touched is named.
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChainWriter } from "../../../src/audit/chain-writer.ts";
import { auditFiles } from "../../../src/audit/files/audit-files.ts";
import { readHead, writeHead } from "../../../src/audit/head-file.ts";
import { type AuditVerdict, verifyAudit } from "../../../src/audit/verify-audit.ts";
import { readRecordLine, writeCheckpointLine, writeRecordLine, type WrittenRecord } from "../../../src/audit/record-line.ts";
import type { AuditSeal } from "../../../src/audit/seal/checkpoint.ts";
import { testSeal } from "../../unit/audit/seal/test-seal.ts";
import { request } from "../../unit/audit/temp-audit.ts";

const RECORDS = 800;
const RUNS = Number(process.env["KEYWARD_TEST_TAMPERINGS"] ?? 300);

let directory: string;
let path: string;
let seal: AuditSeal;
/** Every line with the file it is in, as they were written. */
let written: { readonly file: string; readonly line: string }[];

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-tampering-")));
  path = join(directory, "default.audit.jsonl");
  seal = testSeal();
  const clock = { nowMs: () => 1_000 };
  const chain = new ChainWriter({ path, seal, clock, limits: () => ({ maxBytes: 50_000, maxAgeMs: 0 }) });
  for (let at = 0; at < RECORDS; at++)
    chain.write([{ kind: "request", record: request(`req_${at}`, { status: 200, bytesUp: at }), atMs: at }]);
  chain.close();
  written = auditFiles(path).flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => ({ file, line })),
  );
  expect(auditFiles(path).length).toBeGreaterThan(3);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A copy of the audit with other content; what the store remembers is out of the tamperer's reach. */
async function verdictOf(change: (copy: string) => void): Promise<AuditVerdict> {
  const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "kw-tampered-")));
  try {
    const copy = join(elsewhere, basename(path));
    for (const file of [...auditFiles(path), `${path}.head`]) copyFileSync(file, join(elsewhere, basename(file)));
    change(copy);
    return await verifyAudit(copy, { publicKey: seal.publicKey, head: seal.readHead() });
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

function writeLines(copy: string, lines: readonly { readonly file: string; readonly line: string }[]): void {
  for (const file of auditFiles(path)) {
    const own = lines.filter((entry) => entry.file === file);
    writeFileSync(join(copy, "..", basename(file)), own.map(({ line }) => `${line}\n`).join(""));
  }
}

const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (share: number, count: number): number => Math.floor(share * count);

type Tampering = {
  readonly kind: "edit" | "remove" | "swap" | "double" | "truncate" | "flip";
  readonly one: number;
  readonly other: number;
};

/** Carries it out on the copy and returns the number of the first record that is not as it was. */
function tamper(copy: string, { kind, one, other }: Tampering): number {
  const index = at(one, written.length);
  const lines = [...written];
  const chosen = lines[index];
  if (chosen === undefined) throw new Error("no such line");
  if (kind === "flip") return flip(copy, { one, other });
  if (kind === "truncate") {
    // Everything from the middle of this line on is gone, in its file and in all later ones.
    const kept = chosen.line.slice(0, at(other, chosen.line.length));
    writeLines(copy, lines.slice(0, index));
    const target = join(copy, "..", basename(chosen.file));
    writeFileSync(target, readFileSync(target, "utf8") + kept);
    return index + 1;
  }
  if (kind === "edit") lines[index] = { ...chosen, line: chosen.line.replace(/"atMs":\d+/, '"atMs":77777777') };
  if (kind === "remove") lines.splice(index, 1);
  if (kind === "double") lines.splice(index, 0, chosen);
  let first = index + (kind === "double" ? 2 : 1);
  if (kind === "swap") {
    const second = index === 0 ? 1 : at(other, index);
    const swapped = lines[second];
    if (swapped === undefined) throw new Error("no such line");
    lines[index] = { file: chosen.file, line: swapped.line };
    lines[second] = { file: swapped.file, line: chosen.line };
    first = Math.min(index, second) + 1;
  }
  writeLines(copy, lines);
  return first;
}

/** One bit of one file. */
function flip(copy: string, { one, other }: { one: number; other: number }): number {
  const files = auditFiles(path);
  const file = files[at(one, files.length)] ?? path;
  const bytes = readFileSync(file);
  const byte = at(other, bytes.length);
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  writeFileSync(join(copy, "..", basename(file)), bytes);
  const before = written.findIndex((entry) => entry.file === file);
  return before + readFileSync(file).subarray(0, byte).toString("latin1").split("\n").length;
}

describe("an audit of several files", () => {
  it("is whole as it was written", async () => {
    expect(await verdictOf(() => undefined)).toMatchObject({ records: written.length, firstBadSeq: null, signedUpTo: written.length });
  });

  it("names the first record that was edited, removed, moved, doubled, cut off or hit by one bit", async () => {
    const tampering = fc.record({
      kind: fc.constantFrom<Tampering["kind"]>("edit", "remove", "swap", "double", "truncate", "flip"),
      one: position,
      other: position,
    });
    await fc.assert(
      fc.asyncProperty(tampering, async (chosen) => {
        let first = 0;
        const verdict = await verdictOf((copy) => {
          first = tamper(copy, chosen);
        });
        expect(verdict.firstBadSeq).toBe(first);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it("shows every rewriting whose hashes all fit, whether it keeps the checkpoints, leaves them out or signs them with another key", async () => {
    const forger = testSeal();
    const how = fc.constantFrom("keep", "leave out", "another key");
    await fc.assert(
      fc.asyncProperty(position, how, async (share, checkpoints) => {
        // A checkpoint that is kept is no change: something before the last one has to be another.
        const index = at(share, written.findLastIndex(({ line }) => readRecordLine(line)?.kind !== "checkpoint") + 1);
        const verdict = await verdictOf((copy) => rewriteFrom(copy, { index, checkpoints, forger }));
        expect(verdict.firstBadSeq).not.toBeNull();
        // Nothing that was touched is ever said to be signed.
        expect(verdict.signedUpTo).toBeLessThanOrEqual(index);
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    );
  }, 300_000);

  it("shows that a whole file is gone", async () => {
    for (const gone of auditFiles(path)) {
      const verdict = await verdictOf((copy) => rmSync(join(copy, "..", basename(gone))));
      expect(verdict.firstBadSeq).toBe(written.findIndex(({ file }) => file === gone) + 1);
    }
  });
});

/** What someone does who can write the files and knows the format, but not the key: also the head file is made to fit. */
function rewriteFrom(copy: string, { index, checkpoints, forger }: { index: number; checkpoints: string; forger: AuditSeal }): void {
  const kept = written.slice(0, index);
  let last = kept.length === 0 ? { seq: 0, hash: "0".repeat(64) } : pick(readRecordLine(kept.at(-1)?.line ?? ""));
  const forged = written.slice(index).flatMap(({ file, line }) => {
    const record = readRecordLine(line);
    if (record === null) throw new Error("not a record");
    if (record.kind === "checkpoint" && checkpoints === "leave out") return [];
    const made = forge(record, { last, forger: checkpoints === "another key" ? forger : null });
    last = { seq: last.seq + 1, hash: made.hash };
    return [{ file, line: made.line }];
  });
  writeLines(copy, [...kept, ...forged]);
  expect(readHead(copy)).not.toBeNull();
  writeHead(copy, last);
}

function forge(record: WrittenRecord, { last, forger }: { last: { seq: number; hash: string }; forger: AuditSeal | null }) {
  const place = { seq: last.seq + 1, atMs: record.atMs, prev: last.hash, torn: null };
  if (record.kind !== "checkpoint") return writeRecordLine(record.kind, { ...record, kind: "request", host: "forged.example" }, place);
  const checkpoint = { count: last.seq, key: record.key ?? "", signature: record.signature ?? "" };
  return writeCheckpointLine(forger === null ? checkpoint : { ...checkpoint, signature: forger.sign("anything") }, place);
}

function pick(record: WrittenRecord | null): { seq: number; hash: string } {
  if (record === null) throw new Error("not a record");
  return { seq: record.seq, hash: record.hash };
}
