import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GENESIS, readRecordLine, sha256, writeRecordLine } from "../../../src/audit/record-line.ts";
import type { AuditRecord } from "../../../src/audit/sink.ts";
import { request } from "./temp-audit.ts";

const place = { seq: 1, atMs: 5, prev: GENESIS, torn: null };
const lineOf = (record: AuditRecord): string => writeRecordLine(record.kind, record, place).line;
const fieldsOf = (record: AuditRecord): Record<string, unknown> => JSON.parse(lineOf(record)) as Record<string, unknown>;

describe("a record as a line", () => {
  it("is hashed as docs/formats.md says", () => {
    const { line, hash } = writeRecordLine("request", request("req_1", { status: 200, ms: 1.23456 }), place);
    const body =
      '{"seq":1,"atMs":5,"kind":"request","requestId":"req_1","runId":"run_1","provider":"openai","connection":"default","method":"GET","host":"api.openai.com","port":443,"path":"/v1/models","status":200,"ms":1.235,"prev":"' +
      GENESIS +
      '"}';
    expect(hash).toBe(createHash("sha256").update(body).digest("hex"));
    expect(line).toBe(`${body.slice(0, -1)},"hash":"${hash}"}`);
  });

  it("comes back, and with any character changed does not", () => {
    const line = lineOf(request("req_1"));
    expect(readRecordLine(line)).toMatchObject({ seq: 1, kind: "request", requestId: "req_1" });
    for (let at = 0; at < line.length; at++) {
      const changed = `${line.slice(0, at)}${line[at] === "1" ? "2" : "1"}${line.slice(at + 1)}`;
      expect(readRecordLine(changed)).toBeNull();
    }
    for (const other of ["", "{}", line.slice(1), `${line} `, line.slice(0, -1), "\0".repeat(400)])
      expect(readRecordLine(other)).toBeNull();
  });

  it("holds only fields of the list", () => {
    const record = { ...request("req_1"), authorization: "leak", headers: { a: "leak" }, body: "leak", toJSON: () => "leak" };
    expect(lineOf(record)).not.toContain("leak");
  });

  it("has no query, whoever forgot to cut it", () => {
    expect(fieldsOf(request("r", { path: "/a/b?key=leak#x" }))["path"]).toBe("/a/b");
    expect(fieldsOf(request("r", { path: "/a#leak?x" }))["path"]).toBe("/a");
    expect(fieldsOf(request("r", { path: "?leak" }))["path"]).toBe("");
  });

  it("keeps a path to 2048 characters, also one of escapes and one of pairs", () => {
    for (const path of ["/x".repeat(500_000), `/${"\u001b".repeat(5_000)}`, `/${"🔑".repeat(5_000)}`, `/a${"🔑".repeat(5_000)}`]) {
      const kept = fieldsOf(request("r", { path }))["path"] as string;
      expect(kept.length).toBeLessThanOrEqual(2_048);
      expect(kept.length).toBeGreaterThan(2_000);
      expect(kept).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    }
  });

  it("drops what has the wrong type instead of writing it", () => {
    const wrong = { status: "200", port: 1.5, bytesUp: Number.NaN, ms: Infinity, credential: "sk", host: 7, code: {} };
    const fields = fieldsOf({ ...request("r"), ...wrong } as unknown as AuditRecord);
    for (const name of Object.keys(wrong)) expect(fields).not.toHaveProperty(name);
  });
});

describe("what a stranger chose", () => {
  it("is made harmless and stays on one line of ASCII-safe JSON", () => {
    const nasty = "/a\r\nb\u001b]52;c;x\u0007\u009b31m\u2028\u2029\u202e\u2066\u200b\ud800x";
    const path = fieldsOf(request("r", { path: nasty }))["path"] as string;
    expect(path).toBe("/a\\u{d}\\u{a}b\\u{1b}]52;c;x\\u{7}\\u{9b}31m\\u{2028}\\u{2029}\\u{202e}\\u{2066}\\u{200b}\\u{d800}x");
    expect(fieldsOf(request("r", { path: "/caf\u00e9/🔑" }))["path"]).toBe("/café/🔑");
  });

  it("never breaks a line, a chain or a terminal, whatever it is", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
    );
    fc.assert(
      fc.property(text, text, text, (path, host, method) => {
        const line = lineOf(request("r", { path, host, method }));
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(readRecordLine(Buffer.from(line).toString("utf8"))).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe("the hash", () => {
  it("is SHA-256 in hex", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256(Buffer.from("abc"))).toBe(sha256("abc"));
  });
});
