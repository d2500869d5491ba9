import { describe, expect, it } from "vitest";
import { type AuditRow, isSelected, toRow } from "../../../src/audit/audit-row.ts";
import { GENESIS } from "../../../src/audit/record-line.ts";
import type { AuditEntry, AuditQuery } from "../../../src/control/protocol.ts";
import { everything, request } from "./temp-audit.ts";

const place = { seq: 4, atMs: 10, prev: GENESIS, torn: null, hash: GENESIS };
const row = (change: Partial<AuditRow> = {}): AuditRow => ({ ...toRow({ ...request("req_1"), ...place }), ...change });

describe("a row", () => {
  it("is an entry of the control protocol", () => {
    const entry: AuditEntry = row();
    const back: AuditRow = entry;
    const query: AuditQuery = everything;
    expect([back.seq, query.limit]).toEqual([4, 1_000]);
  });

  it("has every field, null where there is nothing", () => {
    const bare = toRow({ kind: "tunnel", requestId: "r", runId: null, ...place });
    expect(
      Object.entries(bare)
        .filter(([, value]) => value !== null)
        .map(([name]) => name),
    ).toEqual(["seq", "atMs", "requestId", "kind"]);
    expect(Object.keys(bare)).toHaveLength(19);
  });

  it("of a release says that it is not known how the request ended", () => {
    expect(toRow({ ...request("r", { status: 200, code: "RULE_DENIED" }), ...place, kind: "release" })).toMatchObject({
      kind: "request",
      status: null,
      code: null,
    });
  });
});

describe("a query", () => {
  it.each([
    ["everything", {}, true],
    ["its run", { run: "run_1" }, true],
    ["another run", { run: "run_2" }, false],
    ["its provider", { provider: "openai" }, true],
    ["another provider", { provider: "github" }, false],
    ["its very moment", { sinceMs: 10 }, true],
    ["later", { sinceMs: 11 }, false],
    ["refusals", { denied: true }, false],
  ])("for %s", (_, change, expected) => {
    expect(isSelected(row(), { ...everything, ...change })).toBe(expected);
  });

  it.each([
    ["denied", null, true],
    ["request", "RULE_DENIED", true],
    ["request", "PLACEHOLDER_LEAK", true],
    ["tunnel", "TARGET_FORBIDDEN", true],
    ["request", "LOGIN_REQUIRED", true],
    ["request", "UPSTREAM_TIMEOUT", false],
    ["request", "NOT_A_CODE", false],
    ["request", null, false],
  ] as const)("for refusals and a %s with code %s", (kind, code, expected) => {
    expect(isSelected(row({ kind, code }), { ...everything, denied: true })).toBe(expected);
  });
});
