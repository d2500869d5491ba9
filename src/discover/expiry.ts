// When a credential ends, from what tools write: milliseconds, seconds, RFC 3339, a day, or the exp claim of a JWT.
// In: text. Out: ms since the epoch; null = it has no end; undefined = it is no time. Pure.

/** Of seconds this is the year 33658, of milliseconds 2001. */
const SMALLEST_MS = 1e12;

export function parseExpiry(text: string, unit: "ms" | "s" | null): number | null | undefined {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (unit === null && number === 0) return null;
    return inRange((unit ?? (number >= SMALLEST_MS ? "ms" : "s")) === "ms" ? number : number * 1000);
  }
  // A time without a zone is UTC where a day is; tools that write one mean it so.
  const plain = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(text);
  const ms = Date.parse(plain ? `${text.replace(" ", "T")}Z` : text.replace(/(\.\d{3})\d+/, "$1").replace(/UTC$/, "Z"));
  return Number.isNaN(ms) ? undefined : ms;
}

/** The `exp` claim, unverified: it only says when the token stops to be of use. */
export function jwtExpiry(token: string): number | null {
  const claims = token.split(".")[1];
  if (claims === undefined || token.split(".").length !== 3) return null;
  try {
    const parsed = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { exp?: unknown } | null;
    return typeof parsed?.exp === "number" ? (inRange(parsed.exp * 1000) ?? null) : null;
  } catch {
    return null;
  }
}

/** What a Date can hold. */
function inRange(ms: number): number | undefined {
  return Math.abs(ms) <= 8.64e15 ? ms : undefined;
}
