// The root key: the one secret a hub is started with. From a variable, a file or a command; several by id while it is being changed.
// In: where it is kept. Out: the keys by id, the first being the one to write with. Never printed, never in an error.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { deriveKey } from "./derive-key.ts";

export interface RootKey {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Exactly one is set. */
export interface RootKeySource {
  readonly value?: string;
  readonly file?: string;
  readonly command?: string;
}

const KEY_LINE = /^(?:([a-z0-9-]{1,32}):)?([0-9a-f]{64})$/i;
const COMMAND_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 4_096;

/** One line a key, `id:64 hex digits`; an id left out is `1`. A fresh line for a key file. */
export function newRootKeyLine(id: string = "1"): string {
  return `${id}:${randomBytes(32).toString("hex")}`;
}

/** @throws HUB_KEY when none or more than one source is given, or what is there is not a key */
export async function readRootKeys(source: RootKeySource): Promise<readonly [RootKey, ...RootKey[]]> {
  const given = [source.value, source.file, source.command].filter((each) => each !== undefined);
  if (given.length !== 1) {
    const message = given.length === 0 ? "the hub has no root key" : "the root key is given in more than one way";
    throw new KeywardError("HUB_KEY", message, { hint: "set one of KEYWARD_HUB_KEY, KEYWARD_HUB_KEY_FILE, KEYWARD_HUB_KEY_COMMAND" });
  }
  if (source.value !== undefined) return parseRootKeys(source.value, "KEYWARD_HUB_KEY");
  if (source.file !== undefined) return parseRootKeys(readKeyFile(source.file), source.file);
  return parseRootKeys(await runKeyCommand(source.command ?? ""), "KEYWARD_HUB_KEY_COMMAND");
}

export function parseRootKeys(text: string, from: string): readonly [RootKey, ...RootKey[]] {
  const lines = text.split(/[\s,]+/).filter((line) => line !== "");
  const keys = lines.map((line): RootKey => {
    const [, id = "1", hex] = KEY_LINE.exec(line) ?? [];
    if (hex === undefined) throw notAKey(from);
    return { id: id.toLowerCase(), bytes: Buffer.from(hex, "hex") };
  });
  const [first, ...rest] = keys;
  if (first === undefined || new Set(keys.map((key) => key.id)).size !== keys.length) throw notAKey(from);
  return [first, ...rest];
}

function notAKey(from: string): KeywardError {
  return new KeywardError("HUB_KEY", `${from} does not hold a root key`, {
    hint: "one line a key: an id, a colon and 64 hex digits, each id once",
  });
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    const reason = systemCode(error) ?? "unknown reason";
    throw new KeywardError("HUB_KEY", `the root key file ${path} cannot be read (${reason})`, { hint: "keyward hub init", cause: error });
  }
}

async function runKeyCommand(command: string): Promise<string> {
  try {
    const limits = { timeout: COMMAND_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, killSignal: "SIGKILL", encoding: "latin1" } as const;
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", command], limits);
    return stdout;
  } catch {
    // Without its cause: it holds what the command printed.
    throw new KeywardError("HUB_KEY", "KEYWARD_HUB_KEY_COMMAND failed", { hint: "run the command by hand: it must print the root key" });
  }
}

/** What the database remembers of a key, so that a wrong one fails at the start and not at the first read. */
export function keyCheckValue(key: RootKey): string {
  return createHmac("sha256", deriveKey(key.bytes, "check")).update(key.id).digest("hex");
}

export function isKeyOf(key: RootKey, checkValue: string): boolean {
  const own = Buffer.from(keyCheckValue(key), "hex");
  const other = Buffer.from(checkValue, "hex");
  return own.length === other.length && timingSafeEqual(own, other);
}
