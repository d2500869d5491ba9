// Of several findings for one provider, the one that counts. In: findings in the order of their sources. Out: those chosen.
// Chosen can only be what may be written as variables: alive, and good at the provider's usual host. Pure.
import type { Finding } from "./source.ts";

export function chooseFindings(findings: readonly Finding[]): Finding[] {
  const chosen = new Map<string, Finding>();
  for (const finding of findings) {
    if (finding.expired || finding.host !== null || !finding.values.some(({ env }) => env.length > 0)) continue;
    const before = chosen.get(finding.provider);
    if (before === undefined || finding.priority > before.priority) chosen.set(finding.provider, finding);
  }
  return [...chosen.values()];
}
