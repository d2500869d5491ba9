// Configuration files for clients that no variable reaches: wget's wgetrc, PHP's ini file.
// In: a file's description from certs/trust, the values of its placeholders. Out: the path of the written file.
// The user's own lines come first and are kept; the copy is as private as the state directory.
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { readIfThere, writeIfChanged } from "./write-once.ts";
import { fillTemplate, type TrustFile } from "./trust.ts";

export interface TrustFileOptions {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
  readonly homeDirectory: string;
  /** The value of a placeholder in the file's lines. */
  readonly valueOf: (name: string) => string;
}

/** One file per source and set of lines, so that a changed source replaces its copy instead of adding another. */
export function writeTrustFile(id: string, file: TrustFile, options: TrustFileOptions): string {
  const lines = file.lines.map((line) => fillTemplate(line, options.valueOf));
  const source = sourcePath(file, options);
  const own = source === null ? "" : (readIfThere(source) ?? "");
  // Inside another run the source is such a copy already.
  if (source !== null && source.startsWith(join(options.stateDirectory, "/")) && lines.every((line) => own.split("\n").includes(line)))
    return source;
  const tag = createHash("sha256")
    .update([source ?? "", ...lines].join("\0"))
    .digest("hex")
    .slice(0, 16);
  const path = join(options.stateDirectory, `${id}-${tag}`, file.name);
  writeIfChanged(path, `${own === "" || own.endsWith("\n") ? own : `${own}\n`}${lines.join("\n")}\n`);
  return path;
}

function sourcePath(file: TrustFile, options: TrustFileOptions): string | null {
  if (file.extends === undefined) return null;
  const named = options.inherited[file.extends.variable];
  return named === undefined || named === "" ? join(options.homeDirectory, file.extends.home) : resolve(named);
}
