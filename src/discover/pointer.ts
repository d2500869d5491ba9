// Looks into a tree by JSON pointer. In: a tree and a pointer in which `*` stands for any key. Out: what is there, with the keys that
// were found. `~1` is a slash and `~0` a tilde, as RFC 6901 has it. Only own keys count. Pure.
import type { Tree } from "./source.ts";

export interface Place {
  readonly value: Tree;
  readonly path: readonly string[];
  /** What each `*` stood for. */
  readonly keys: readonly string[];
}

export function findAll(root: Tree, pointer: string): Place[] {
  let places: Place[] = [{ value: root, path: [], keys: [] }];
  for (const part of parsePointer(pointer)) {
    places = places.flatMap(({ value, path, keys }) => {
      if (part !== "*") {
        const inner = childOf(value, part);
        return inner === undefined ? [] : [{ value: inner, path: [...path, part], keys }];
      }
      if (typeof value !== "object" || value === null) return [];
      // In the order of the alphabet: of two names for one provider it is always the same that comes first.
      const names = Array.isArray(value) ? Object.keys(value) : Object.keys(value).sort();
      return names.map((key) => ({ value: childOf(value, key) ?? null, path: [...path, key], keys: [...keys, key] }));
    });
  }
  return places;
}

/** The one thing at a pointer whose `*` stand for `keys`. */
export function lookUp(root: Tree, pointer: string, keys: readonly string[]): Tree | undefined {
  const left = [...keys];
  let value: Tree | undefined = root;
  for (const part of parsePointer(pointer)) {
    const key = part === "*" ? left.shift() : part;
    value = key === undefined || value === undefined ? undefined : childOf(value, key);
  }
  return value;
}

export function formatPointer(path: readonly string[]): string {
  return path.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Text of a scalar; numbers too, for expiries and ids. */
export function textOf(value: Tree | undefined): string | null {
  return typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : null;
}

function parsePointer(pointer: string): string[] {
  return pointer === ""
    ? []
    : pointer
        .slice(1)
        .split("/")
        .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function childOf(value: Tree, key: string): Tree | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, Tree>>)[key];
}
