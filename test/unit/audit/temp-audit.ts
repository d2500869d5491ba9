// An audit file of one test, and the records every audit test writes.
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type AuditLog, openAudit } from "../../../src/audit/open-audit.ts";
import type { AuditRecord } from "../../../src/audit/sink.ts";
import type { AuditSelection } from "../../../src/audit/audit-row.ts";

export const everything: AuditSelection = { run: null, provider: null, sinceMs: null, denied: false, limit: 1_000 };

export function tempPath(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-audit-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "work.audit.jsonl");
}

/** Its clock goes one second a record, from 1,000,000. */
export function open(path: string, startMs = 1_000_000): AuditLog {
  let nowMs = startMs;
  const log = openAudit({ path, clock: { nowMs: () => (nowMs += 1_000) } });
  onTestFinished(() => log.close());
  return log;
}

export function request(requestId: string, change: Partial<AuditRecord> = {}): AuditRecord {
  const target = { method: "GET", host: "api.openai.com", port: 443, path: "/v1/models" };
  return { kind: "request", requestId, runId: "run_1", provider: "openai", connection: "default", ...target, ...change };
}

/** A closed file of `count` requests, as lines. */
export function writtenLines(path: string, count: number): string[] {
  const log = open(path);
  for (let at = 1; at <= count; at++) log.append(request(`req_${at}`, { status: 200 }));
  log.close();
  return readFileSync(path, "utf8").split("\n").slice(0, -1);
}

export function rewrite(path: string, lines: readonly string[]): void {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
}
