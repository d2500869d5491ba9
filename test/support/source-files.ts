// The project's own files and who imports whom, for the tests that hold the house in order (test/unit/repository).
// Files are those git tracks and those it would track, so a breach is seen before it is committed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface ImportEdge {
  readonly from: string;
  /** A path from the root for a relative import, else the package as written. */
  readonly to: string;
  readonly kind: "value" | "type" | "dynamic";
  readonly specifier: string;
}

let listed: string[] | undefined;

/** Every file of the project, sorted; `fits` chooses. */
export function projectPaths(fits: (path: string) => boolean = () => true): string[] {
  listed ??= execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "")
    .sort();
  return [...new Set(listed)].filter(fits);
}

export function projectFiles(fits: (path: string) => boolean): SourceFile[] {
  return projectPaths(fits).flatMap((path) => {
    const text = readIfThere(path);
    return text === null ? [] : [{ path, text }];
  });
}

/** Every TypeScript file below src/. */
export function sourceFiles(): SourceFile[] {
  return projectFiles((path) => /^src\/.*\.ts$/.test(path));
}

/** Deleted but not yet committed files are still listed by git. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    return null;
  }
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\s+from\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/**
 * Every import of a file. `import { type A } from` counts as a value import, because that is what runs: the names go, the import stays.
 */
export function importsOf({ path, text }: SourceFile): ImportEdge[] {
  const edge = (specifier: string, kind: ImportEdge["kind"]): ImportEdge => {
    const to = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : specifier;
    return { from: path, to, kind, specifier };
  };
  return [
    ...[...text.matchAll(STATEMENT)].map((match) => edge(match[2] ?? "", match[1] === undefined ? "value" : "type")),
    ...[...text.matchAll(DYNAMIC)].map((match) => edge(match[1] ?? "", "dynamic")),
  ];
}

/** `src/proxy/steps/match.ts` → `proxy`; files directly in src/ → "". */
export function folderOf(path: string): string | null {
  const match = /^src\/(?:([^/]+)\/)?/.exec(path);
  return match === null ? null : (match[1] ?? "");
}
