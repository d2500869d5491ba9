// Whether the way to a path takes a link that lies in the project and leads out of it. An earlier run may have laid it there, to be shown
// what it leads to. In: a path as it was typed, made absolute; the project by its real name. Out: yes or no. It follows links and reads nothing else.
import { readlinkSync, realpathSync } from "node:fs";
import { dirname, join, parse, resolve, sep } from "node:path";
import { systemCode } from "../../../core/errors.ts";
import { isWithin } from "../mounts.ts";

/** As many as Linux follows. */
const MAX_LINKS = 40;

export function leadsOut(path: string, project: string): boolean {
  let rest = path;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const link = firstLink(rest);
    if (link === null) return false;
    const target = resolve(dirname(link.path), link.target);
    if (isWithin(link.path, project) && !isWithin(realNameOf(target), project)) return true;
    rest = join(target, link.rest);
  }
  return true;
}

/** The first link on the way, and what comes behind it; null: there is none. */
function firstLink(path: string): { readonly path: string; readonly target: string; readonly rest: string } | null {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  for (let at = 1; at <= names.length; at += 1) {
    const place = join(root, ...names.slice(0, at));
    const target = readLink(place);
    if (target !== null) return { path: place, target, rest: names.slice(at).join(sep) };
  }
  return null;
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    // EINVAL: it is none.
    if (["EINVAL", "ENOENT", "ENOTDIR", "EACCES"].includes(systemCode(error) ?? "")) return null;
    throw error;
  }
}

function realNameOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
