// What no schema says and no database takes: a NUL in a text, and nesting that would exhaust the stack of whatever walks it next.
// In: a value as JSON or a form gave it. Out: where the first such thing is and what is wrong with it, or null. Walks without recursion.

export interface Unfit {
  /** Below the value: `runs.0.note`. */
  readonly path: readonly string[];
  readonly reason: string;
}

/** Deeper than any document a route takes; JSON.stringify gives up at some thousands. */
const MAX_DEPTH = 64;

interface Step {
  readonly value: unknown;
  readonly name: string;
  readonly depth: number;
  readonly parent: Step | null;
}

export function findUnfit(value: unknown): Unfit | null {
  const waiting: Step[] = [{ value, name: "", depth: 0, parent: null }];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { value: at, depth } = step;
    if (typeof at === "string" && at.includes("\0")) return { path: pathOf(step), reason: "holds a NUL" };
    if (typeof at !== "object" || at === null) continue;
    if (depth === MAX_DEPTH) return { path: pathOf(step), reason: `is nested more than ${MAX_DEPTH} deep` };
    for (const [name, child] of Object.entries(at)) {
      // A name is stored like a text.
      if (name.includes("\0")) return { path: pathOf(step), reason: "holds a name with a NUL" };
      waiting.push({ value: child, name, depth: depth + 1, parent: step });
    }
  }
  return null;
}

function pathOf(step: Step): string[] {
  const names: string[] = [];
  for (let at = step; at.parent !== null; at = at.parent) names.unshift(at.name);
  return names;
}
