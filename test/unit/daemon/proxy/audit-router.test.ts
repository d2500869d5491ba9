import { expect, it } from "vitest";
import type { AuditRecord } from "../../../../src/audit/sink.ts";
import type { Profiles } from "../../../../src/daemon/profiles/profiles.ts";
import { routeAudit } from "../../../../src/daemon/proxy/audit-router.ts";

function record(runId: string | null): AuditRecord {
  return { kind: "request", requestId: "req_1", runId };
}

it("each record goes to the profile of its run; a stranger's to the first that is open; without any, nowhere, and nothing is released", async () => {
  const written: string[] = [];
  const sink = (name: string) => ({
    name,
    audit: {
      append: ({ runId }: AuditRecord) => written.push(`${name} ${runId}`),
      release: async ({ runId }: AuditRecord) => void written.push(`${name} ${runId} released`),
      complete: ({ runId }: AuditRecord) => written.push(`${name} ${runId} completed`),
    },
  });
  let open = [sink("default"), sink("work")];
  const audit = routeAudit({ opened: () => open } as unknown as Profiles, (runId) => (runId === "run_w" ? "work" : null));
  await audit.release(record("run_w"));
  audit.complete(record("run_w"));
  audit.append(record("run_w"));
  audit.append(record(null));
  open = [];
  audit.append(record(null));
  await expect(audit.release(record("run_w"))).rejects.toMatchObject({ code: "AUDIT_FAILED" });
  expect(written).toEqual(["work run_w released", "work run_w completed", "work run_w", "default null"]);
});
