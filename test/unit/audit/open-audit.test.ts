import { appendFileSync, chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { openAudit } from "../../../src/audit/open-audit.ts";
import { verifyAudit } from "../../../src/audit/verify-audit.ts";
import { everything, open, request, rewrite, tempPath, writtenLines } from "./temp-audit.ts";

const clock = { nowMs: () => 1 };
const codeOf = (use: () => unknown): string => {
  try {
    use();
    return "nothing";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("the audit file", () => {
  it.each([0o000, 0o022, 0o777])("is private under umask %o", (mask) => {
    const path = tempPath();
    const before = process.umask(mask);
    try {
      open(path).append(request("req_1"));
      expect(statSync(path).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it("has a record the moment append returns, and a release the moment it resolves", async () => {
    const path = tempPath();
    const log = open(path);
    log.append(request("req_0"));
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(2);
    await log.release(request("req_1"));
    expect(readFileSync(path, "utf8")).toMatch(/"kind":"release","requestId":"req_1".*\}\n$/);
  });

  it("keeps the order of what shares a write, and writes it all before anything else is done", async () => {
    const path = tempPath();
    const log = open(path);
    const released = [log.release(request("req_1")), log.release(request("req_2"))];
    log.complete(request("req_1"));
    log.append(request("req_3"));
    await Promise.all(released);
    expect(log.list(everything).map(({ requestId }) => requestId)).toEqual(["req_2", "req_1", "req_3"]);
    log.complete(request("req_2"));
    log.close();
    expect(await verifyAudit(path)).toMatchObject({ records: 5, firstBadSeq: null });
  });

  it("goes on where it ended", async () => {
    const path = tempPath();
    for (let at = 0; at < 3; at++) {
      const log = open(path);
      log.append(request(`req_${at}`));
      log.close();
      log.close();
    }
    expect(await verifyAudit(path)).toMatchObject({ records: 3, firstBadSeq: null });
  });

  it("is refused as a link, a directory, and when others can read it", () => {
    const path = tempPath();
    writeFileSync(`${path}.elsewhere`, "");
    symlinkSync(`${path}.elsewhere`, path);
    expect(codeOf(() => openAudit({ path, clock }))).toBe("HOME_UNSAFE");
    expect(codeOf(() => openAudit({ path: dirname(path), clock }))).toBe("AUDIT_FAILED");
    const readable = join(dirname(path), "readable.jsonl");
    writeFileSync(readable, "");
    chmodSync(readable, 0o640);
    expect(codeOf(() => openAudit({ path: readable, clock }))).toBe("HOME_UNSAFE");
    expect(codeOf(() => openAudit({ path: "/nowhere/at/all", clock }))).toBe("AUDIT_FAILED");
  });

  it("takes nothing once it is closed", async () => {
    const log = open(tempPath());
    log.close();
    for (const use of [() => log.append(request("r")), () => log.list(everything), () => log.flush()]) {
      expect(codeOf(use)).toBe("AUDIT_FAILED");
    }
    await expect(log.release(request("r"))).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  });
});

describe("after a crash", () => {
  it("a record that was cut off stays, is passed over, and is no tampering", async () => {
    const path = tempPath();
    writtenLines(path, 2);
    appendFileSync(path, '{"seq":3,"atMs":1,"ki');
    expect(await verifyAudit(path)).toMatchObject({ records: 2, firstBadSeq: null });
    const log = open(path);
    log.append(request("req_after"));
    log.append(request("req_later"));
    expect(await verifyAudit(path)).toMatchObject({ records: 4, firstBadSeq: null });
    expect(log.list(everything).map(({ seq, requestId }) => [seq, requestId])).toEqual([
      [1, "req_1"],
      [2, "req_2"],
      [3, "req_after"],
      [4, "req_later"],
    ]);
    expect(readFileSync(path, "utf8").split("\n")[3]).toContain('"torn":"');
  });

  it("a record that lost only its line feed counts", async () => {
    const path = tempPath();
    const lines = writtenLines(path, 2);
    writeFileSync(path, lines.join("\n"));
    open(path).append(request("req_after"));
    expect(await verifyAudit(path)).toMatchObject({ records: 3, firstBadSeq: null });
  });

  it("that came before the file was noted, every cut of the last record is taken for a crash", async () => {
    const path = tempPath();
    const [first = "", second = ""] = writtenLines(path, 2);
    for (let cut = 0; cut <= second.length; cut += 7) {
      // The head of a daemon that was killed before its first flush.
      writeFileSync(path, `${first}\n${second.slice(0, cut)}`);
      writeFileSync(`${path}.head`, `{"seq":0,"hash":"${"0".repeat(64)}"}`);
      const log = open(path);
      log.append(request("req_after"));
      log.close();
      expect((await verifyAudit(path)).firstBadSeq).toBeNull();
    }
  });

  it("records that had reached the disk and are gone leave a gap that stays", async () => {
    const path = tempPath();
    const lines = writtenLines(path, 5);
    rewrite(path, lines.slice(0, 3));
    const log = open(path);
    log.append(request("req_after"));
    log.close();
    expect(await verifyAudit(path)).toMatchObject({ records: 4, firstBadSeq: 4 });
    expect(existsSync(`${path}.head`)).toBe(true);
  });
});
