import { expect, it } from "vitest";
import type { AuditRecord } from "../../../../src/audit/sink.ts";
import type { Profiles } from "../../../../src/daemon/profiles/profiles.ts";
import { routeAudit } from "../../../../src/daemon/proxy/audit-router.ts";

function record(runId: string | null): AuditRecord {
  return { kind: "request", requestId: "req_1", runId };
}

it("each record goes to the profile of its run; a stranger's to the first that is open; without any, nowhere", () => {
  const written: string[] = [];
  const sink = (name: string) => ({
    name,
    audit: {
      append: ({ runId }: AuditRecord) => written.push(`${name} ${runId}`),
      release: ({ runId }: AuditRecord) => written.push(`${name} ${runId} released`),
    },
  });
  let open = [sink("default"), sink("work")];
  const audit = routeAudit({ opened: () => open } as unknown as Profiles, (runId) => (runId === "run_w" ? "work" : null));
  audit.release(record("run_w"));
  audit.append(record("run_w"));
  audit.append(record(null));
  open = [];
  audit.append(record(null));
  expect(written).toEqual(["work run_w released", "work run_w", "default null"]);
});
