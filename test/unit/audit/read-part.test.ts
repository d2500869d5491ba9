import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AuditSelection } from "../../../src/audit/audit-row.ts";
import { readPart } from "../../../src/audit/read-part.ts";
import { open, request, tempPath, writtenLines } from "./temp-audit.ts";

const all: Omit<AuditSelection, "limit"> = { run: null, provider: null, sinceMs: null, denied: false };

describe("reading a file part by part", () => {
  it("gives every line as it is written, over the bounds of parts", () => {
    const path = tempPath();
    const log = open(path);
    for (let at = 0; at < 1_200; at++) log.append(request(`req_${at}`, { path: `/${"x".repeat(1_500)}` }));
    const lines: string[] = [];
    let parts = 0;
    for (let fromByte: number | null = 0; fromByte !== null; parts++) {
      const part: ReturnType<typeof readPart> = readPart(path, fromByte, null);
      lines.push(...part.lines);
      fromByte = part.nextByte;
    }
    expect(parts).toBeGreaterThan(1);
    expect(`${lines.join("\n")}\n`).toBe(readFileSync(path, "utf8"));
  });

  it("leaves a line that is not finished, and knows a file that is not there", () => {
    const path = tempPath();
    const lines = writtenLines(path, 2);
    appendFileSync(path, '{"seq":3');
    expect(readPart(path, 0, null)).toEqual({ lines, nextByte: null });
    expect(readPart(tempPath(), 0, null)).toEqual({ lines: [], nextByte: null });
  });

  it("says so when there is no end of a line in sight", () => {
    const path = tempPath();
    writeFileSync(path, "x".repeat(2 * 1024 * 1024));
    expect(() => readPart(path, 0, null)).toThrow(expect.objectContaining({ code: "AUDIT_FAILED" }));
  });

  it("picks records out by the words of a list", () => {
    const path = tempPath();
    const log = open(path);
    log.append(request("req_a"));
    log.append(request("req_b", { provider: "github" }));
    log.append(request("req_c", { kind: "denied", code: "RULE_DENIED" }));
    appendFileSync(path, "damaged\n");
    const ids = (change: Partial<typeof all>) => readPart(path, 0, { ...all, ...change }).lines.map((line) => /req_\w/.exec(line)?.[0]);
    expect(ids({})).toEqual(["req_a", "req_b", "req_c"]);
    expect(ids({ provider: "github" })).toEqual(["req_b"]);
    expect(ids({ denied: true })).toEqual(["req_c"]);
  });
});
