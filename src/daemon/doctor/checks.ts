// Every check that needs the daemon, in the order of the report. In: the parts and a profile's name. Out: one line each.
// A check that fails on its way says so in its line; no other is kept from being made.
import type { Check } from "../../control/findings.ts";
import { toKeywardError } from "../../core/errors.ts";
import { describeBug } from "../log.ts";
import type { DaemonParts } from "../parts.ts";
import { checkAuditChain } from "./audit-chain.ts";
import { checkAuthority } from "./authority.ts";
import { checkClock } from "./clock.ts";
import { checkCustody } from "./custody.ts";
import { checkDefinitions } from "./definitions.ts";
import { checkProxyLoop } from "./proxy-loop.ts";
import { checkStore } from "./store.ts";
import { openSubject, type Subject } from "./subject.ts";

const CHECKS: Readonly<Record<string, (subject: Subject) => Check | Promise<Check>>> = {
  "key custody": checkCustody,
  store: checkStore,
  audit: checkAuditChain,
  "certificate authority": checkAuthority,
  "provider definitions": checkDefinitions,
  clock: checkClock,
  proxy: checkProxyLoop,
};

export async function runChecks(requested: string | null, parts: DaemonParts): Promise<Check[]> {
  const subject = await openSubject(requested, parts);
  const checks: Check[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      checks.push(await check(subject));
    } catch (error) {
      const known = toKeywardError(error);
      if (known.code === "INTERNAL") parts.log.error("bug", { check: name, ...describeBug(error) });
      checks.push({ name, state: "fail", found: known.message, fix: known.hint ?? "keyward daemon logs" });
    }
  }
  return checks;
}
