// One thing that is wrong with a definition: where in the JSON, and what. Shared by the parser, the schema check and the linter.
// A problem quotes key names and offsets, never a value: somebody may have pasted a real key into the file.

export type JsonPath = readonly (string | number)[];

export interface Problem {
  readonly path: JsonPath;
  readonly what: string;
}

/** `["inject", 0, 1, "name"]` → `inject[0][1].name`; "" for the whole file. */
export function formatPath(path: JsonPath): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${/^[\w$-]+$/.test(step) ? step : quoteName(step)}`))
    .join("")
    .replace(/^\./, "");
}

/** `inject[0][1].name: what` */
export function formatProblem({ path, what }: Problem): string {
  return path.length === 0 ? what : `${formatPath(path)}: ${what}`;
}

/** A name from the file, quoted, cut and in plain ASCII, so that it can do nothing to a terminal. */
export function quoteName(name: string): string {
  const plain = name
    .slice(0, 60)
    .replace(/[^\x20-\x7e]|["\\]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `"${plain}${name.length > 60 ? "…" : ""}"`;
}
