import { describe, expect, it } from "vitest";
import type { AuditRecord, AuditSink } from "../../../../src/audit/sink.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { recordEnd, recordRelease, type Trace } from "../../../../src/proxy/steps/record.ts";

function sink(): { records: AuditRecord[]; audit: AuditSink } {
  const records: AuditRecord[] = [];
  return {
    records,
    audit: {
      release: async (record) => void records.push(record),
      complete: (record) => void records.push(record),
      append: (record) => void records.push(record),
    },
  };
}

const trace = (part: Partial<Trace> = {}): Trace => ({
  requestId: "req_a",
  runId: "run_a",
  startedAtMs: 100,
  received: { method: "GET", path: "/v1", authority: { host: "a.test", port: 443 } },
  provider: "acme",
  connection: "default",
  slots: "injected",
  ...part,
});

describe("record", () => {
  it("writes the release with what is known before the credential leaves, then the outcome", async () => {
    const { records, audit } = sink();
    const request = trace({ delivered: { status: 200, bytesUp: 1, bytesDown: 2, masked: 3, error: null } });
    await recordRelease(trace(), audit);
    recordEnd(request, audit, 142);
    const known = {
      kind: "request",
      requestId: "req_a",
      runId: "run_a",
      provider: "acme",
      connection: "default",
      method: "GET",
      host: "a.test",
      port: 443,
      path: "/v1",
      credential: "injected",
    };
    const open = { status: null, bytesUp: null, bytesDown: null, masked: null, ms: null, code: null };
    expect(records).toEqual([
      { ...known, ...open },
      { ...known, status: 200, bytesUp: 1, bytesDown: 2, masked: 3, ms: 42, code: null },
    ]);
  });

  it("tells a refusal from a delivery that failed", () => {
    const { records, audit } = sink();
    const denied = new KeywardError("RULE_DENIED", "no");
    const broken = new KeywardError("UPSTREAM_BROKEN", "no");
    recordEnd(trace({ refusedWith: { status: 403, error: denied } }), audit, 100);
    recordEnd(
      trace({
        delivered: { status: null, bytesUp: 0, bytesDown: 0, masked: 0, error: broken },
        refusedWith: { status: 502, error: broken },
      }),
      audit,
      100,
    );
    recordEnd(trace({ delivered: { status: 200, bytesUp: 0, bytesDown: 9, masked: 0, error: broken } }), audit, 100);
    expect(records.map(({ kind, status, code }) => ({ kind, status, code }))).toEqual([
      { kind: "denied", status: 403, code: "RULE_DENIED" },
      { kind: "request", status: 502, code: "UPSTREAM_BROKEN" },
      { kind: "request", status: 200, code: "UPSTREAM_BROKEN" },
    ]);
  });
});
