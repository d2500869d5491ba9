// Check: is the clock right enough for certificates and expiry times? There is no other clock to ask, so it is held against
// what this home has recorded: nothing that happened can lie in the future.
import { X509Certificate } from "node:crypto";
import type { Check } from "../../control/findings.ts";
import type { Subject } from "./subject.ts";

const NAME = "clock";
/** Less is what a corrected clock is off by. */
const MAX_BEHIND_MS = 5 * 60_000;
/** Before this was written no clock can have stood. */
const EARLIEST_MS = Date.UTC(2025, 0, 1);
const FIX = "set the system's clock, for example: timedatectl set-ntp true";

export function checkClock({ parts, profile }: Subject): Check {
  const nowMs = parts.clock.nowMs();
  const stamps = [parts.startedAtMs, EARLIEST_MS];
  if (profile !== null) {
    stamps.push(Date.parse(new X509Certificate(profile.authority.certificatePem).validFrom));
    for (const { createdAtMs, lastUsedAtMs } of profile.connections()) stamps.push(createdAtMs, lastUsedAtMs ?? 0);
    for (const { atMs } of profile.audit.list({ run: null, provider: null, sinceMs: null, denied: false, limit: 1 })) stamps.push(atMs);
  }
  return judgeClock(nowMs, stamps);
}

/** @param stamps times of things that have happened */
export function judgeClock(nowMs: number, stamps: readonly number[]): Check {
  const latestMs = Math.max(...stamps);
  const now = new Date(nowMs).toISOString();
  if (latestMs - nowMs <= MAX_BEHIND_MS) return { name: NAME, state: "ok", found: now, fix: null };
  const found = `it says ${now}, but something recorded happened at ${new Date(latestMs).toISOString()}`;
  return { name: NAME, state: "fail", found, fix: FIX };
}
