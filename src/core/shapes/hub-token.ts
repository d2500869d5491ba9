// The shape of every token a hub gives out: `kw_<kind>_<40 base62><6 base62 of CRC-32>`. The hub, the daemon and the command line read it here.
// In: a text from outside. Out: its kind, or that no hub ever gave it out. A typo costs no query, and scanners find leaks. Never logs a text.
import { githubChecksum } from "./key-shape.ts";

/** What each kind stands for, in words for people. */
export const HUB_TOKEN_KINDS = {
  ses: "session",
  ref: "refresh token",
  pat: "API token",
  dev: "device",
  run: "run token",
  inv: "invitation",
  web: "browser session",
  dvc: "device code",
} as const;

export type TokenKind = keyof typeof HUB_TOKEN_KINDS;

const ANY_KIND = Object.keys(HUB_TOKEN_KINDS).join("|");
const TOKEN = new RegExp(`^kw_(${ANY_KIND})_([0-9A-Za-z]{40})([0-9A-Za-z]{6})$`);

/** For scanners. docs/hub/gitleaks.toml is held equal to it by a test. */
export const TOKEN_PATTERN = String.raw`\bkw_(?:${ANY_KIND})_[0-9A-Za-z]{46}\b`;

/** A token whose 40 characters come from elsewhere. */
export function tokenOf(kind: TokenKind, body: string): string {
  const start = `kw_${kind}_${body}`;
  // GitHub's six characters, over the prefix as well: a kind that was changed shows.
  return start + githubChecksum(start);
}

/** Null for what no hub ever gave out. */
export function kindOf(token: string): TokenKind | null {
  const [, kind, body = ""] = TOKEN.exec(token) ?? [];
  return kind !== undefined && tokenOf(kind as TokenKind, body) === token ? (kind as TokenKind) : null;
}
