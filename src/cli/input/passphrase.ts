// A passphrase from the terminal or standard input. In: where from. Out: the text, never empty.
// A new one is asked for twice; nothing here is printed or kept.
import { KeywardError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { readStdin } from "./read-text.ts";

export interface PassphraseRequest {
  readonly label: string;
  readonly fromStdin: boolean;
  /** Ask a second time and compare. */
  readonly isNew: boolean;
}

export async function readPassphrase({ label, fromStdin, isNew }: PassphraseRequest, { ask, world }: Context): Promise<string> {
  if (fromStdin && !ask.canAsk) return notEmpty((await readStdin(world.stdin)).replace(/\r?\n$/, ""));
  const question = { instead: "--passphrase-stdin", cancelled: "INPUT_NEEDED" } as const;
  const passphrase = notEmpty(await ask.secret({ ...question, label }));
  if (isNew && (await ask.secret({ ...question, label: "The same again" })) !== passphrase) {
    throw new KeywardError("USAGE", "the two passphrases are not the same, so nothing was changed");
  }
  return passphrase;
}

function notEmpty(passphrase: string): string {
  if (passphrase !== "") return passphrase;
  throw new KeywardError("USAGE", "a passphrase has at least one character");
}
