// The names that a --secrets-file has values for: dotenv or a JSON object. In: its text. Out: names; the values are let go at once.
import { ENV_NAME_PATTERN } from "../../core/names.ts";
import { parseDotenv } from "../../discover/formats/dotenv.ts";

export interface SecretNames {
  readonly names: ReadonlySet<string>;
  /** Lines of a dotenv file that are no assignment. */
  readonly badLines: readonly number[];
}

/** null: it looks like JSON and is none, or no object. */
export function readSecretNames(text: string): SecretNames | null {
  const plain = text.replace(/^\ufeff/, "");
  if (/^\s*[{[]/.test(plain)) return fromJson(plain);
  const { pairs, badLines } = parseDotenv(plain);
  // As a shell that sources it: the last assignment of a name counts.
  const values = new Map(pairs.map(({ name, value }) => [name, value]));
  return { names: new Set([...values].filter(([, value]) => value.trim() !== "").map(([name]) => name)), badLines };
}

function fromJson(text: string): SecretNames | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const names = Object.entries(value).filter(
    ([name, held]) => ENV_NAME_PATTERN.test(name) && typeof held === "string" && held.trim() !== "",
  );
  return { names: new Set(names.map(([name]) => name)), badLines: [] };
}
