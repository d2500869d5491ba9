// Puts preload.cjs where every Node process of a run can require it by path.
// In: the state directory. Out: the path of a copy that is named by its content and kept for ever: a NODE_OPTIONS that
// names a missing file stops every Node process below it, so a copy is never removed and never rewritten in place
// (preload/keep-preload.ts puts it back when someone else removes it under a living run).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeOnce } from "./write-once.ts";

/** @throws HOME_UNUSABLE */
export function installPreload(stateDirectory: string): string {
  const source = readFileSync(new URL("./preload.cjs", import.meta.url));
  const path = join(stateDirectory, `preload-${createHash("sha256").update(source).digest("hex").slice(0, 16)}.cjs`);
  writeOnce(path, source);
  return path;
}

/** A path as it stands between double quotes in NODE_OPTIONS, where Node reads `\` as an escape. */
export function quoteForNodeOptions(path: string): string {
  return path.replace(/[\\"]/g, "\\$&");
}
