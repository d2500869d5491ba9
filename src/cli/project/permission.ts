// Which project files this user has allowed to bind connections (`keyward allow`). Kept in keyward's home, a file for each path, with the
// hash of the content that was read: a file that changes must be allowed anew. In: a project file. Out: allowed, changed or unknown.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../config/paths.ts";
import { KeywardError, systemCode } from "../../core/errors.ts";

export type Permission = "allowed" | "changed" | "unknown";

export interface ProjectContent {
  readonly path: string;
  readonly text: string;
}

export function hashContent(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A record that cannot be read allows nothing. */
export function readPermission(paths: Paths, { path, text }: ProjectContent): Permission {
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(recordPath(paths, path), "utf8"));
  } catch {
    return "unknown";
  }
  const { path: known, sha256 } = (record ?? {}) as { readonly path?: unknown; readonly sha256?: unknown };
  if (known !== realPath(path)) return "unknown";
  return sha256 === hashContent(text) ? "allowed" : "changed";
}

/** @throws HOME_UNUSABLE */
export function allowProject(paths: Paths, { path, text }: ProjectContent): void {
  const target = recordPath(paths, path);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    mkdirSync(directoryOf(paths), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${JSON.stringify({ path: realPath(path), sha256: hashContent(text) })}\n`, { mode: 0o600 });
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new KeywardError("HOME_UNUSABLE", `cannot write ${target} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}

/** Whether there was a permission. */
export function revokePermission(paths: Paths, path: string): boolean {
  const target = recordPath(paths, path);
  try {
    rmSync(target);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return false;
    throw new KeywardError("HOME_UNUSABLE", `cannot remove ${target} (${systemCode(error) ?? "unknown reason"})`, { cause: error });
  }
}

function directoryOf({ state }: Paths): string {
  return join(state, "allowed");
}

function recordPath(paths: Paths, path: string): string {
  return join(directoryOf(paths), `${createHash("sha256").update(realPath(path)).digest("hex").slice(0, 32)}.json`);
}

/** Through links, so that two ways to one file are one; what is gone keeps the name it had. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
