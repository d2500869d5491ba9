// How a command speaks when nothing on its line says so: KEYWARD_OUTPUT. In: the environment. Out: the mode, or USAGE for another word.
import { type Environment, readVariable } from "../../config/environment.ts";
import { KeywardError } from "../../core/errors.ts";

export const OUTPUT_MODES = ["human", "json", "agent", "quiet"] as const;
export type OutputMode = (typeof OUTPUT_MODES)[number];

/** null = a word that is no mode. */
export function outputMode(environment: Environment): OutputMode | null {
  const word = readVariable("KEYWARD_OUTPUT", environment)?.toLowerCase() ?? "human";
  return (OUTPUT_MODES as readonly string[]).includes(word) ? (word as OutputMode) : null;
}

/** @throws USAGE */
export function checkOutputMode(environment: Environment): void {
  if (outputMode(environment) !== null) return;
  throw new KeywardError("USAGE", `KEYWARD_OUTPUT is one of ${OUTPUT_MODES.join(", ")}`, { hint: "unset KEYWARD_OUTPUT" });
}
