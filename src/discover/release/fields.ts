// Where found values leave for the daemon, which stores them. In: one finding. Out: field name → value, for connection.store alone.
import type { Finding } from "../source.ts";

export function releaseFields(finding: Pick<Finding, "values">): Record<string, string> {
  return Object.fromEntries(finding.values.map(({ field, secret }) => [field, secret.reveal()]));
}
