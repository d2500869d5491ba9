// Times as people read and type them. In: ms since the epoch, or text such as "8h". Out: "2 hours ago", or ms.
import { KeywardError } from "../../core/errors.ts";

const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** `in 5 minutes`, `2 days ago`, `now`. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distance = Math.abs(atMs - nowMs);
  if (distance < 1_000) return "now";
  const span = timeSpan(distance);
  return atMs > nowMs ? `in ${span}` : `${span} ago`;
}

/** `3 hours`, in the largest unit that gives at least one. */
export function timeSpan(ms: number): string {
  const [word, unitMs] = UNITS.find(([, size]) => ms >= size) ?? ["second", 1_000];
  const count = Math.floor(ms / unitMs);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

export function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

const FACTORS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90`, `90s`, `10m`, `8h`, `7d` → ms. @throws USAGE naming the option */
export function parseDuration(option: string, text: string, limits: { readonly minMs: number; readonly maxMs: number }): number {
  const match = /^(\d{1,9})([smhd])?$/.exec(text.trim());
  const ms = match === null ? Number.NaN : Number(match[1]) * FACTORS[(match[2] ?? "s") as keyof typeof FACTORS];
  if (ms >= limits.minMs && ms <= limits.maxMs) return ms;
  throw new KeywardError(
    "USAGE",
    `${option} takes a time from ${timeSpan(limits.minMs)} to ${timeSpan(limits.maxMs)}, such as 90s, 10m or 8h`,
  );
}

/** `2h` (ago) or a date → ms since the epoch. @throws USAGE */
export function parseSince(text: string, nowMs: number): number {
  if (/^\d{1,9}[smhd]?$/.test(text.trim())) return nowMs - parseDuration("--since", text, { minMs: 0, maxMs: Number.MAX_SAFE_INTEGER });
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new KeywardError("USAGE", "--since takes a time span such as 2h or a date such as 2025-01-31T12:00:00Z");
}
