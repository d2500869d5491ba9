import { describe, expect, it } from "vitest";
import { findRow } from "../../../src/audit/find-row.ts";
import { open, request, tempPath } from "./temp-audit.ts";

describe("finding one request", () => {
  it("gives how it ended and when its credential left, whatever lies between", async () => {
    const path = tempPath();
    const log = open(path);
    await log.release(request("req_a", { credential: "injected" }));
    log.append(request("req_b", { status: 200, credential: "none" }));
    log.append(request("req_a", { status: 201, credential: "injected" }));
    log.append(request("req_c", { status: 200 }));
    expect(findRow(path, "req_a")).toMatchObject({ row: { requestId: "req_a", status: 201, seq: 3 }, releasedAtMs: 1_001_000 });
    expect(findRow(path, "req_b")).toMatchObject({ row: { requestId: "req_b", status: 200 }, releasedAtMs: null });
  });

  it("gives a release whose request is under way or was cut off", async () => {
    const path = tempPath();
    await open(path).release(request("req_a", { credential: "filled" }));
    expect(findRow(path, "req_a")).toMatchObject({ row: { kind: "request", status: null, ms: null }, releasedAtMs: 1_001_000 });
  });

  it("needs the whole id, and takes no other field for it", () => {
    const path = tempPath();
    open(path).append(request("req_abc", { path: "/req_a", status: 200 }));
    expect(findRow(path, "req_a")).toBeNull();
    expect(findRow(path, "req_abc")?.row.path).toBe("/req_a");
  });

  it("finds nothing in a file that is not there", () => {
    expect(findRow(tempPath(), "req_a")).toBeNull();
  });
});
