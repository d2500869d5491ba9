// What `vault push` is to store, from three places: an env file, arguments, variables; of one name the later place counts.
// In: the flags. Out: pairs by name with where each came from, and the masked form of a value for the table.
import { KeywardError } from "../../core/errors.ts";
import { ENV_NAME_PATTERN } from "../../core/names.ts";
import { checkSecretName } from "../../core/vault/words.ts";
import type { Context } from "../context.ts";
import { readStdin, readTextFile } from "../input/read-text.ts";
import { parseEnvFile } from "./env-file.ts";

export interface PushFlags {
  readonly pairs: readonly string[];
  readonly fromEnv?: string;
  readonly fromFile?: string;
}

export interface PushPair {
  readonly name: string;
  readonly value: string;
  readonly from: "file" | "argument" | "environment";
}

/** @throws USAGE, NAME_INVALID, INPUT_UNREADABLE, KEY_EMPTY */
export async function readPushPairs(flags: PushFlags, context: Context): Promise<PushPair[]> {
  const found = [...(await fromFile(flags.fromFile, context)), ...fromArguments(flags.pairs), ...fromVariables(flags.fromEnv, context)];
  if (found.length === 0) {
    throw new KeywardError("USAGE", "nothing was given to push", {
      hint: "keyward vault push --from-file .env, --from-env A,B or NAME=VALUE",
    });
  }
  const byName = new Map(found.map((pair) => [pair.name, pair]));
  for (const { name, value } of byName.values())
    if (value === "") throw new KeywardError("KEY_EMPTY", `${name} has no value; nothing was pushed`);
  return [...byName.values()];
}

const KEPT_CHARS = 4;
const MAX_HIDDEN_CHARS = 12;

/** The first and the last four characters; of a short value none. */
export function maskValue(value: string): string {
  const characters = Array.from(value);
  if (characters.length <= MAX_HIDDEN_CHARS) return "*".repeat(characters.length);
  return `${characters.slice(0, KEPT_CHARS).join("")}****${characters.slice(-KEPT_CHARS).join("")}`;
}

async function fromFile(path: string | undefined, { world }: Context): Promise<PushPair[]> {
  if (path === undefined) return [];
  const text = path === "-" ? await readStdin(world.stdin) : readTextFile(path, world.cwd).text;
  return parseEnvFile(path === "-" ? "standard input" : path, text).map((pair) => ({ ...pair, from: "file" }));
}

function fromArguments(pairs: readonly string[]): PushPair[] {
  return pairs.map((pair) => {
    const equals = pair.indexOf("=");
    // Not repeated: it may be a value.
    if (equals < 0) throw new KeywardError("USAGE", "what is pushed as an argument is NAME=VALUE", { hint: "keyward vault push --help" });
    return { name: checkSecretName(pair.slice(0, equals)), value: pair.slice(equals + 1), from: "argument" };
  });
}

function fromVariables(list: string | undefined, { world }: Context): PushPair[] {
  const names = list?.split(",").map((name) => name.trim()) ?? [];
  if (!names.every((name) => ENV_NAME_PATTERN.test(name))) {
    throw new KeywardError("USAGE", "--from-env takes names of variables, with commas between them");
  }
  const missing = names.filter((name) => world.environment[name] === undefined);
  if (missing.length > 0) throw new KeywardError("INPUT_UNREADABLE", `not set: ${missing.join(", ")}; nothing was pushed`);
  return names.map((name) => ({ name, value: world.environment[name] ?? "", from: "environment" }));
}
