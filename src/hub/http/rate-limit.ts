// How often one address or token may ask, per replica: a token bucket for each tier. How much is under way at once is bound in storage/storage.ts.
// In: a tier and who. Out: nothing, or an error that says how long to wait. What must hold over replicas is in device/guesses.ts.
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";

/** `auth`: login and token endpoints, by address. `api`: everything with a token, by token. `sync`: a device's polling. `page`: HTML, by address. `guess`: tokens that nobody knows, by address. */
export type Tier = "auth" | "api" | "sync" | "page" | "guess";

interface Bucket {
  readonly perSecond: number;
  readonly burst: number;
}

export const TIERS: Readonly<Record<Tier, Bucket>> = {
  auth: { perSecond: 5, burst: 60 },
  api: { perSecond: 100, burst: 400 },
  sync: { perSecond: 2, burst: 20 },
  page: { perSecond: 5, burst: 60 },
  guess: { perSecond: 10, burst: 300 },
};

export interface RateLimit {
  /** @throws HUB_BUSY with the seconds to wait */
  require(tier: Tier, who: string): void;
}

const MAX_TRACKED = 100_000;

export function createRateLimit(clock: Clock, tiers: Readonly<Record<Tier, Bucket>> = TIERS): RateLimit {
  const levels = new Map<string, { tokens: number; atMs: number }>();
  return {
    require: (tier, who) => {
      const { perSecond, burst } = tiers[tier];
      const name = `${tier} ${who}`;
      const nowMs = clock.nowMs();
      const level = levels.get(name) ?? { tokens: burst, atMs: nowMs };
      const tokens = Math.min(burst, level.tokens + (Math.max(0, nowMs - level.atMs) / 1_000) * perSecond);
      levels.delete(name);
      levels.set(name, { tokens: tokens < 1 ? tokens : tokens - 1, atMs: nowMs });
      if (levels.size > MAX_TRACKED) levels.delete(levels.keys().next().value ?? "");
      if (tokens >= 1) return;
      const retryAfterS = Math.max(1, Math.ceil((1 - tokens) / perSecond));
      throw new KeywardError("HUB_BUSY", "too many requests", { hint: `wait ${retryAfterS} s`, detail: { retryAfterS } });
    },
  };
}
