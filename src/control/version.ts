// Which keyward this is, read once from package.json, and which of two versions is the newer.
import { readFileSync } from "node:fs";

let known: string | null = null;

/** `0.1.0`. The same file serves src/ and dist/. */
export function packageVersion(): string {
  known ??= (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version;
  return known;
}

/** Is `a` an older version than `b`? A pre-release is older than its release; anything unreadable counts as the same. */
export function isOlderVersion(a: string, b: string): boolean {
  const left = parse(a);
  const right = parse(b);
  if (left === null || right === null) return false;
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  if (left.pre === right.pre) return false;
  if (left.pre === "" || right.pre === "") return right.pre === "";
  return left.pre < right.pre;
}

function parse(version: string): { numbers: number[]; pre: string } | null {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/.exec(version);
  return match === null ? null : { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], pre: match[4] ?? "" };
}
