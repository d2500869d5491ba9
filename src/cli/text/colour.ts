// Colour by the rules everyone keeps: only on a terminal, never with NO_COLOR, TERM=dumb or --no-color.
// In: a stream's TTY-ness and the environment. Out: a function that paints, or one that returns its text.
import { type Environment, readVariable } from "../../config/environment.ts";

export type Style = "bold" | "dim" | "good" | "warn" | "bad";

const CODES: Readonly<Record<Style, string>> = { bold: "1", dim: "2", good: "32", warn: "33", bad: "31" };

export function choosePaint(isTty: boolean, wanted: boolean, environment: Environment): (text: string, style: Style) => string {
  const plain = !isTty || !wanted || readVariable("NO_COLOR", environment) !== undefined || readVariable("TERM", environment) === "dumb";
  return plain ? (text) => text : (text, style) => (text === "" ? "" : `\u001b[${CODES[style]}m${text}\u001b[0m`);
}
