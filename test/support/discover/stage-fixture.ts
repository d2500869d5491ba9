// Puts one source's fixture into a home directory of its own. In test/fixtures/discover/<id> stand the files as the tool writes them,
// with {{1}} for the first secret, {{prefix:1}} for one with a prefix, and times relative to NOW_MS. Secrets are made here, so no file
// of the repository looks as if it held one.
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const NOW_MS = Date.UTC(2025, 0, 31, 12);
const FIXTURES = fileURLToPath(new URL("../../fixtures/discover/", import.meta.url));
const HOUR_MS = 3_600_000;
const TIMES: Readonly<Record<string, number>> = { future: NOW_MS + 48 * HOUR_MS, past: NOW_MS - HOUR_MS };

export interface Staged {
  readonly home: string;
  /** Secret → how an expectation names it: `$1`. */
  readonly names: ReadonlyMap<string, string>;
}

export function stageFixture(id: string, home = newHome()): Staged {
  cpSync(join(FIXTURES, id), home, { recursive: true });
  const names = new Map<string, string>();
  for (const name of readdirSync(home, { recursive: true, encoding: "utf8" })) {
    const path = join(home, name);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, "utf8").replace(/\{\{([^{}]+)\}\}/g, (_whole, word: string) => fill(id, word, names));
    writeFileSync(path, text);
    chmodSync(path, 0o600);
  }
  return { home, names };
}

export function newHome(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "kw-discover-")));
}

function fill(id: string, word: string, names: Map<string, string>): string {
  const parts = word.split(":");
  const number = parts.at(-1) ?? "";
  const time = TIMES[number];
  if (time !== undefined) return timeText(parts[0] ?? "", time);
  const secret = `canary-${id}-${number}`;
  const value =
    parts[0] === "jwt"
      ? jwt(secret, TIMES[parts[1] ?? ""] ?? 0)
      : (parts.length > 1 && parts[0] !== "base64" ? (parts[0] ?? "") : "") + secret;
  names.set(value, `$${number}`);
  return parts[0] === "base64" ? Buffer.from(`${parts[1]}:${secret}`).toString("base64") : value;
}

function timeText(unit: string, ms: number): string {
  return unit === "iso" ? new Date(ms).toISOString() : String(unit === "s" ? ms / 1000 : ms);
}

function jwt(secret: string, endsAtMs: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ exp: endsAtMs / 1000, jti: secret })}.${part("signature")}`;
}
