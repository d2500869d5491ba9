import { appendFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listRows } from "../../../src/audit/list-rows.ts";
import { everything, open, request, rewrite, tempPath, writtenLines } from "./temp-audit.ts";

const ids = (path: string, change: Partial<typeof everything> = {}): string[] =>
  listRows(path, { ...everything, ...change }).map(({ requestId }) => requestId);

describe("listing", () => {
  it("shows a request with a credential once, as it ended", async () => {
    const path = tempPath();
    const log = open(path);
    await log.release(request("req_a", { credential: "injected" }));
    await log.release(request("req_b", { credential: "injected" }));
    log.append(request("req_b", { status: 200 }));
    log.append(request("req_a", { status: 502, code: "UPSTREAM_BROKEN" }));
    expect(listRows(path, everything)).toMatchObject([
      { requestId: "req_b", seq: 3, status: 200, code: null },
      { requestId: "req_a", seq: 4, status: 502, code: "UPSTREAM_BROKEN" },
    ]);
  });

  it("shows a release without its request, once, also when it was tried twice", async () => {
    const path = tempPath();
    const log = open(path);
    await log.release(request("req_a"));
    await log.release(request("req_a"));
    log.append(request("req_b", { status: 200 }));
    expect(listRows(path, everything)).toMatchObject([
      { requestId: "req_a", kind: "request", status: null, code: null },
      { requestId: "req_b", status: 200 },
    ]);
  });

  it("gives only what was written after a record", () => {
    const path = tempPath();
    const log = open(path);
    for (const id of ["req_a", "req_b", "req_c"]) log.append(request(id, { status: 200 }));
    expect(ids(path, { afterSeq: 1 })).toEqual(["req_b", "req_c"]);
    expect(ids(path, { afterSeq: log.lastSeq })).toEqual([]);
    expect(ids(path, { afterSeq: 0, limit: 1 })).toEqual(["req_c"]);
  });

  it("gives the newest of what fits, oldest first", () => {
    const path = tempPath();
    const log = open(path);
    for (let at = 0; at < 300; at++)
      log.append(request(`req_${at}`, { runId: `run_${at % 3}`, provider: at % 2 === 0 ? "openai" : "github" }));
    expect(ids(path, { limit: 2 })).toEqual(["req_298", "req_299"]);
    expect(ids(path, { run: "run_1", provider: "github", limit: 2 })).toEqual(["req_289", "req_295"]);
    expect(ids(path, { sinceMs: 1_000_000 + 299_000 })).toEqual(["req_298", "req_299"]);
    expect(ids(path, { limit: 0 })).toEqual([]);
  });

  it("looks past a clock that was set back", () => {
    const path = tempPath();
    const first = open(path, 10_000_000);
    first.append(request("req_a"));
    first.close();
    open(path, 9_000_000).append(request("req_b"));
    expect(ids(path, { sinceMs: 10_000_000 })).toEqual(["req_a"]);
  });

  it("passes over what is damaged", () => {
    const path = tempPath();
    const lines = writtenLines(path, 3);
    rewrite(path, [lines[0] ?? "", "damage", lines[2] ?? ""]);
    appendFileSync(path, '{"seq":4');
    expect(ids(path)).toEqual(["req_1", "req_3"]);
  });
});
