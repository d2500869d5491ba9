// Judges the `pattern` of a field: it must be anchored, and no input may make it slow (a custom definition is somebody's text).
// In: the expression. Out: what is wrong, or null. It accepts a small language: literals, classes, groups, alternatives and
// quantifiers; inside it, time is provably linear in the value but for a constant.
import { parsePattern, type PatternNode } from "./pattern-syntax.ts";

/** A difference of lengths up to this is cheap to try out. */
const NARROW = 64;
/** Ways through the alternatives of the expression that are worth following. */
const MAX_WAYS = 256;
/** Combinations of lengths of all narrow parts. */
const MAX_COMBINATIONS = 10_000;

export function patternProblem(pattern: string): string | null {
  try {
    RegExp(pattern);
  } catch {
    return "is not a regular expression";
  }
  const parsed = parsePattern(pattern);
  if (typeof parsed === "string") return parsed;
  if (hasWildRepeat(parsed)) return "repeats a group that itself varies, which can take for ever; write the repetition out";
  const ways = waysThrough(parsed);
  if (ways === null) return "has too many alternatives";
  if (ways.some((parts) => combinations(parts) > MAX_COMBINATIONS)) return "has too many parts of varying length, which can take for ever";
  if (ways.some(hasRivals)) return "has two open-ended parts that can take each other's characters, which can take for ever";
  return null;
}

/** A group repeated more than once may hold neither alternatives nor parts of varying length. */
function hasWildRepeat(nodes: readonly PatternNode[]): boolean {
  return nodes.some((node) => {
    if (node.kind === "set") return false;
    const isFixed = node.ways.length === 1 && (node.ways[0] ?? []).every(isFixedLength);
    return (node.max > 1 && !isFixed) || node.ways.some(hasWildRepeat);
  });
}

function isFixedLength(node: PatternNode): boolean {
  if (node.min !== node.max) return false;
  return node.kind === "set" || (node.ways.length === 1 && (node.ways[0] ?? []).every(isFixedLength));
}

type SetNode = Extract<PatternNode, { kind: "set" }>;
type GroupNode = Extract<PatternNode, { kind: "group" }>;

/** Every sequence of plain parts that the expression can stand for; null when there are too many. */
function waysThrough(nodes: readonly PatternNode[]): SetNode[][] | null {
  let ways: SetNode[][] = [[]];
  for (const node of nodes) {
    const next = node.kind === "set" ? [[node]] : waysThroughGroup(node);
    if (next === null || ways.length * next.length > MAX_WAYS) return null;
    ways = ways.flatMap((before) => next.map((after) => [...before, ...after]));
  }
  return ways;
}

function waysThroughGroup(group: GroupNode): SetNode[][] | null {
  const all: SetNode[][] = group.min === 0 ? [[]] : [];
  for (const way of group.ways) {
    const inner = waysThrough(way);
    if (inner === null) return null;
    all.push(...(group.max > 1 ? inner.map((parts) => [asOnePart(group, parts)]) : inner));
  }
  return all;
}

/** A repeated group is of fixed length inside, so for what comes after it is like one repeated character of all it may hold. */
function asOnePart({ min, max }: GroupNode, parts: readonly SetNode[]): SetNode {
  return { kind: "set", set: parts.reduce((set, part) => set | part.set, 0n), min, max };
}

function combinations(parts: readonly SetNode[]): number {
  const lengths = parts.map(({ min, max }) => max - min).filter((difference) => difference > 0 && difference <= NARROW);
  return lengths.reduce((product, difference) => product * (difference + 1), 1);
}

/** Two parts of open length with nothing certain between them that the first could not swallow. */
function hasRivals(parts: readonly SetNode[]): boolean {
  return parts.some((first, index) => {
    if (first.max - first.min <= NARROW) return false;
    for (const later of parts.slice(index + 1)) {
      const isShared = (later.set & first.set) !== 0n;
      if (later.max - later.min > NARROW && isShared) return true;
      if (later.min > 0 && !isShared) return false;
    }
    return false;
  });
}
