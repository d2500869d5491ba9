// Puts preload.cjs where every Node process of a run can require it by path.
// In: the state directory. Out: the path of a copy that is named by its content and kept for ever: a NODE_OPTIONS that
// names a missing file stops every Node process below it, so a copy is never removed and never rewritten in place
// (preload/keep-preload.ts puts it back when someone else removes it under a living run).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { writeOnce } from "./write-once.ts";

const SOURCE = new URL("./preload.cjs", import.meta.url);

/** @throws HOME_UNUSABLE */
export function installPreload(stateDirectory: string): string {
  const source = readFileSync(SOURCE);
  const path = join(stateDirectory, `preload-${createHash("sha256").update(source).digest("hex").slice(0, 16)}.cjs`);
  writeOnce(path, source);
  return path;
}

/**
 * The file as it was installed, for a state directory that ends with the command: what the child leaves running starts Node after that.
 * null where keyward is a dependency of the project at `cwd`, whose node_modules the child itself may remove (`npm ci`).
 */
export function shippedPreload(cwd: string): string | null {
  return outlives(fileURLToPath(SOURCE), cwd);
}

export function outlives(path: string, cwd: string): string | null {
  const at = path.indexOf(`${sep}node_modules${sep}`);
  return at >= 0 && `${cwd}${sep}`.startsWith(path.slice(0, at + 1)) ? null : path;
}

/** A path as it stands between double quotes in NODE_OPTIONS, where Node reads `\` as an escape. */
export function quoteForNodeOptions(path: string): string {
  return path.replace(/[\\"]/g, "\\$&");
}
