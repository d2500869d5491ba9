// One error for every secret that cannot be had, so that a person mends them all at once. In: names and reasons. Out: the error.
// A reason is a backend's own words; values and outputs are in none.
import { KeywardError } from "../../core/errors.ts";

export interface Missing {
  readonly name: string;
  /** `openai (team)`, or what else refers to it. */
  readonly usedBy: string | null;
  /** null = it is not in the vault. */
  readonly source: string | null;
  readonly error: KeywardError | null;
  /** Of the command, that may lead to it. */
  readonly variables: readonly string[];
}

export function missingSecrets(missing: readonly Missing[]): KeywardError {
  const sorted = [...missing].sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = sorted.map(({ name, usedBy, source, error }) => {
    const who = usedBy === null ? "" : ` for ${usedBy}`;
    return source === null ? `${name}${who} is not in the vault` : `${name}${who} (${source}): ${error?.message ?? "not there"}`;
  });
  const what = sorted.length === 1 ? "a secret cannot be had" : `${sorted.length} secrets cannot be had`;
  // Worth another try only when nothing has to be mended.
  const code = sorted.every(({ error }) => error?.code === "BACKEND_UNREACHABLE") ? "BACKEND_UNREACHABLE" : "CREDENTIALS_MISSING";
  const [first] = sorted;
  const put = first?.source === null ? `keyward vault put ${first.name} --stdin` : "keyward vault check";
  return new KeywardError(code, `${what}: ${texts.join("; ")}`, {
    hint: sorted.length === 1 ? (first?.error?.hint ?? put) : "keyward vault check",
    detail: { secrets: sorted.map(({ name }) => name), variables: [...new Set(sorted.flatMap(({ variables }) => variables))] },
  });
}
