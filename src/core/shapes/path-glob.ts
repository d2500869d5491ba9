// Path globs, shared by provider definitions and run rules: `*` within one segment, `**` over any number of them.
// In: a glob and the path of a request without its query. Out: yes or no. Linear time, no regular expression backtracking.

/**
 * A path without the spellings that servers read differently: dot segments, empty segments, backslash, `;`, `#`,
 * percent-encoded dots, slashes, backslashes and NUL. Only such a path is matched against a glob.
 */
export function isPlainPath(path: string): boolean {
  if (!path.startsWith("/")) return false;
  if (/[\\;#\0]|\/\/|%(?:2e|2f|5c|00|25)/i.test(path)) return false;
  return !path.split("/").some((segment) => segment === "." || segment === "..");
}

/** `/repos/**` fits `/repos`, `/repos/` and all below; `/v1/*` fits `/v1/models` but not `/v1/a/b`. */
export function globMatches(glob: string, path: string): boolean {
  return segmentsMatch(glob.split("/"), path.split("/"));
}

/** Greedy with one point of return per `**`: at most glob × path steps. */
function segmentsMatch(glob: readonly string[], path: readonly string[]): boolean {
  let g = 0;
  let p = 0;
  let resumeGlob = -1;
  let resumePath = 0;
  while (p < path.length) {
    if (glob[g] === "**") {
      resumeGlob = g + 1;
      resumePath = p;
      g += 1;
    } else if (g < glob.length && segmentMatches(glob[g] ?? "", path[p] ?? "")) {
      g += 1;
      p += 1;
    } else if (resumeGlob >= 0) {
      resumePath += 1;
      p = resumePath;
      g = resumeGlob;
    } else return false;
  }
  while (glob[g] === "**") g += 1;
  return g === glob.length;
}

/** One segment against a pattern with any number of `*`. */
function segmentMatches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === text;
  const first = parts[0] ?? "";
  const last = parts[parts.length - 1] ?? "";
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
