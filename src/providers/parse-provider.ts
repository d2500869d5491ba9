// Reads one definition: JSON, then the schema, then the linter. The only way a text becomes a `Provider`.
// In: the file's text and the path to name it by. Out: the provider, or every problem as "path:line: json.path: what".
// It never quotes a value of the file.
import type { z } from "zod";
import { JsonMistake, type JsonSource, readJsonSource } from "./json-source.ts";
import { lintProblems } from "./lint.ts";
import { formatProblem, type JsonPath, type Problem, quoteName } from "./problem.ts";
import { PLACE_KINDS, type Provider, providerSchema } from "./schema.ts";
import { suggestIds } from "./suggest.ts";

export interface ParsedProvider {
  /** null exactly when there are problems. */
  readonly provider: Provider | null;
  readonly problems: readonly string[];
}

type Issue = z.core.$ZodIssue;

export function parseProvider(text: string, path: string): ParsedProvider {
  const source = readSource(text);
  if (source instanceof JsonMistake)
    return refused([`${path}:${source.line}: ${formatProblem({ path: source.path, what: source.message })}`]);
  const locate = (problem: Problem): string => `${path}:${source.lineOf(problem.path)}: ${formatProblem(problem)}`;
  const parsed = providerSchema.safeParse(source.value);
  if (!parsed.success) return refused(parsed.error.issues.flatMap((issue) => describeIssue(issue, source.value)).map(locate));
  const problems = lintProblems(parsed.data);
  return problems.length > 0 ? refused(problems.map(locate)) : { provider: parsed.data, problems: [] };
}

function refused(problems: readonly string[]): ParsedProvider {
  return { provider: null, problems };
}

function readSource(text: string): JsonSource | JsonMistake {
  try {
    return readJsonSource(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (error) {
    if (error instanceof JsonMistake) return error;
    throw error;
  }
}

function describeIssue(issue: Issue, value: unknown): Problem[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  const found = valueAt(value, path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ path: [...path, key], what: unknownKey(key, path) }));
  if (found === undefined && path.length > 0) return [{ path, what: "is missing" }];
  if (issue.code === "invalid_type") return [{ path, what: `must be ${article(issue.expected)}` }];
  if (issue.code === "invalid_value") return [{ path, what: `must be ${issue.values.map(String).join(", ")}` }];
  if (issue.code === "invalid_union")
    return [{ path, what: path[0] === "inject" ? `must be one of ${PLACE_KINDS.join(", ")}` : "has a value of the wrong kind" }];
  if (issue.code === "too_small") return [{ path, what: `must ${size(issue.origin)} at least ${issue.minimum}` }];
  if (issue.code === "too_big") return [{ path, what: `must ${size(issue.origin)} at most ${issue.maximum}` }];
  return [{ path, what: `must be ${formatWanted(issue)}` }];
}

function unknownKey(key: string, path: JsonPath): string {
  const known = path.length === 0 ? suggestIds(key, Object.keys(providerSchema.shape)) : [];
  return `unknown key ${quoteName(key)}${known[0] === undefined ? "" : `, did you mean "${known[0]}"?`}`;
}

function formatWanted(issue: Issue): string {
  if (issue.code !== "invalid_format") return issue.message;
  if (issue.format === "url") return "a URL";
  if (issue.format === "starts_with") return "text that starts with '/'";
  return issue.message.startsWith("Invalid") ? `text that matches ${issue.pattern ?? issue.format}` : issue.message;
}

function article(expected: string): string {
  if (expected === "int") return "a whole number";
  return `${/^[aeio]/.test(expected) ? "an" : "a"} ${expected}`;
}

function size(origin: string): string {
  if (origin === "array") return "have this many items:";
  return origin === "string" ? "have this many characters:" : "be";
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}
