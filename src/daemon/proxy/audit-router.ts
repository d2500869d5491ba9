// Sends each of the proxy's records to the audit of the profile its run belongs to.
// In: records with a run id, or without one (a stranger at the port). Out: one line in one profile's file. Without any open
// profile there is nowhere to write, and nothing that could have been released.
import type { AuditRecord, AuditSink } from "../../audit/sink.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Profiles } from "../profiles/profiles.ts";

export function routeAudit(profiles: Profiles, profileOfRun: (runId: string) => string | null): AuditSink {
  const sinkFor = (record: AuditRecord): AuditSink | null => {
    const name = record.runId === null ? null : profileOfRun(record.runId);
    const open = profiles.opened();
    const profile = open.find((candidate) => candidate.name === name) ?? open[0];
    return profile?.audit ?? null;
  };
  return {
    release(record) {
      const none = (): Error => new KeywardError("AUDIT_FAILED", "no profile is open whose audit could take the record");
      return sinkFor(record)?.release(record) ?? Promise.reject(none());
    },
    complete: (record) => sinkFor(record)?.complete(record),
    append: (record) => sinkFor(record)?.append(record),
  };
}
