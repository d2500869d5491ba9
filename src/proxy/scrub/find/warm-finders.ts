// Makes one finder of each sort before a request needs one: the first takes some 50 ms, for every spelling of every character is worked out
// and the code is cold; later ones take one or two. In: nothing. Out: nothing. Call it when nobody waits.
import { KeyFinder } from "./key-finder.ts";
import { formsOf, sentFormsOf } from "./key-forms.ts";

/** Every character that keys are made of, and their base64 and hex. */
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/=~:";

export function warmFinders(): void {
  const bytes = Buffer.from(`nothing of ${CHARACTERS.slice(1)} stands here`);
  const range = { from: 0, to: bytes.length };
  for (const finder of [new KeyFinder(formsOf(CHARACTERS)), new KeyFinder(sentFormsOf(CHARACTERS), true)]) finder.find(bytes, range, true);
}
