import { expect, it } from "vitest";
import { GENESIS, readRecordLine } from "../../../../src/audit/record-line.ts";
import { ChainDraft } from "../../../../src/audit/seal/chain-draft.ts";
import { keyId } from "../../../../src/audit/seal/checkpoint.ts";
import { request } from "../temp-audit.ts";
import { testSeal } from "./test-seal.ts";

const start = { seq: 0, hash: GENESIS, needsLineFeed: false, torn: null, sealedBy: null };

it("chains its lines, first of all with what a crash left", () => {
  const draft = new ChainDraft({ end: { ...start, needsLineFeed: true, torn: "ab" }, seal: null, unsealed: 0 });
  for (const id of ["req_1", "req_2"]) draft.add("request", request(id), 5);
  const [empty, first, second] = draft.text.split("\n");
  expect(empty).toBe("");
  const records = [first, second].map((line) => readRecordLine(line ?? ""));
  expect(records).toMatchObject([
    { seq: 1, prev: GENESIS, torn: "ab" },
    { seq: 2, prev: records[0]?.hash },
  ]);
  expect(draft.end).toEqual({ seq: 2, hash: records[1]?.hash, needsLineFeed: false, torn: null, sealedBy: null });
  draft.addCheckpoint(5);
  expect([draft.checkpoint, draft.unsealed]).toEqual([null, 2]);
});

it("puts the checkpoint right after the thousandth record", () => {
  const seal = testSeal();
  const draft = new ChainDraft({ end: start, seal, unsealed: 999 });
  for (const id of ["req_1", "req_2"]) draft.add("request", request(id), 5);
  const kinds = draft.text.split("\n").map((line) => readRecordLine(line)?.kind);
  expect(kinds).toEqual(["request", "checkpoint", "request", undefined]);
  expect(draft).toMatchObject({ unsealed: 1, checkpoint: { seq: 2 } });
  draft.addCheckpoint(6);
  expect(draft.end.sealedBy).toBe(keyId(seal.publicKey));
});
