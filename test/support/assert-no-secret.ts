// Looks for planted canaries where none may be: in text a program printed and in every file below a directory.
// A canary is found as it is and as base64 (any alignment, both alphabets), hex and percent-encoding, also across a text's pieces.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SecretSearch {
  readonly canaries: readonly string[];
  readonly texts?: readonly string[];
  readonly directories?: readonly string[];
  /** Paths left out, with everything below them. */
  readonly except?: readonly string[];
}

/** @throws naming where which form of which canary (by number, never by value) was found */
export function assertNoSecret(search: SecretSearch): void {
  const found = findSecrets(search);
  if (found.length > 0) throw new Error(`a secret was found: ${found.join("; ")}`);
}

export function findSecrets({ canaries, texts = [], directories = [], except = [] }: SecretSearch): string[] {
  const forms = canaries.flatMap((canary, at) => encodedForms(canary).map(({ form, text }) => ({ label: `canary ${at} ${form}`, text })));
  const search = (haystack: string, where: string): string[] =>
    forms.filter(({ text }) => haystack.includes(text)).map(({ label }) => `${label} in ${where}`);
  return [
    ...search(texts.join("\n"), "the output"),
    ...directories.flatMap((directory) => filesBelow(directory, except).flatMap((file) => search(readText(file), file))),
  ];
}

/** Every spelling looked for. Shorter than 8 characters would match by chance and is refused. */
export function encodedForms(canary: string): { form: string; text: string }[] {
  if (canary.length < 8) throw new Error("a canary needs at least 8 characters");
  const bytes = Buffer.from(canary);
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const forms = [
    { form: "raw", text: bytes.toString("latin1") },
    { form: "hex", text: bytes.toString("hex") },
    { form: "HEX", text: bytes.toString("hex").toUpperCase() },
    { form: "percent", text: percent },
    { form: "PERCENT", text: percent.toUpperCase() },
    { form: "uri component", text: encodeURIComponent(canary) },
    ...[0, 1, 2].flatMap((shift) => {
      const text = base64Core(bytes, shift);
      return [
        { form: `base64 at ${shift}`, text },
        { form: `base64url at ${shift}`, text: text.replaceAll("+", "-").replaceAll("/", "_") },
      ];
    }),
  ];
  return forms.filter(({ text }, at) => forms.findIndex((other) => other.text === text) === at);
}

/** The base64 characters that the canary alone decides, when `shift` bytes stand before it and anything after. */
function base64Core(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  return whole.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}

function filesBelow(path: string, except: readonly string[]): string[] {
  if (except.includes(path)) return [];
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  return stat.isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name), except)) : [];
}

/** latin1 keeps every byte, so an includes() on text is one on bytes. */
function readText(file: string): string {
  return readFileSync(file, "latin1");
}
