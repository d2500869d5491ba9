// `run --from-env`: the values that a run takes out of the environment. In: `NAME`, `PROVIDER=NAME`, comma separated. Out: pairs for the
// daemon. A variable that is not set ends the run: a program without its key would only fail later. No value is ever repeated.
import type { Environment } from "../../config/environment.ts";
import type { GivenPair } from "../../control/api/run.ts";
import { KeywardError } from "../../core/errors.ts";
import { ENV_NAME_PATTERN, PROVIDER_ID_PATTERN } from "../../core/names.ts";

/** @throws USAGE, CREDENTIALS_MISSING naming all that are not set */
export function readGiven(words: readonly string[], environment: Environment): GivenPair[] {
  const named = words.flatMap((word) => word.split(",")).map((word) => parseName(word.trim()));
  const missing = named.filter(({ name }) => (environment[name] ?? "").trim() === "").map(({ name }) => name);
  if (missing.length > 0) {
    throw new KeywardError("CREDENTIALS_MISSING", `not set in the environment: ${missing.join(", ")}`, {
      hint: "set them for this step, then: keyward creds check",
    });
  }
  const unique = new Map(named.map((one) => [one.name, one]));
  return [...unique.values()].map(({ name, provider }) => ({ name, provider, value: environment[name] ?? "" }));
}

function parseName(word: string): { name: string; provider: string | null } {
  const at = word.indexOf("=");
  const name = word.slice(at + 1);
  const provider = at < 0 ? null : word.slice(0, at);
  const isSound = ENV_NAME_PATTERN.test(name) && name.length <= 128 && (provider === null || PROVIDER_ID_PATTERN.test(provider));
  if (isSound) return { name, provider };
  // What is no name may be a value.
  throw new KeywardError("USAGE", "--from-env takes names of variables, never a value", {
    hint: "for example: --from-env OPENAI_API_KEY,GITHUB_TOKEN",
  });
}
