// Custody "keychain": the key as a password item of the operating system's keychain (Secret Service, Keychain, Credential Manager).
// In: an item name, a key in hex. Out: the key, or null when there is no such item.
// Every call runs in a child process with a time limit: a keychain may wait for a prompt nobody sees, and native code cannot be interrupted.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { KeywardError } from "../../core/errors.ts";

export interface Keychain {
  /** True when an item can be written, read back and removed within the limit. */
  answers(timeoutMs: number): Promise<boolean>;
  /** @throws CUSTODY_FAILED */
  read(account: string): Promise<string | null>;
  /** @throws CUSTODY_FAILED */
  write(account: string, value: string): Promise<void>;
  /** Removing what is not there is no failure. @throws CUSTODY_FAILED */
  remove(account: string): Promise<void>;
}

/** Enough for a keychain that works; one that hangs costs this once, at the creation of a profile. */
export const PROBE_TIMEOUT_MS = 1_500;
/** A locked keychain asks its owner, who has to find the window and type. */
const USE_TIMEOUT_MS = 60_000;
const SERVICE = "keyward";
const CHILD = fileURLToPath(new URL("./keychain-child.mjs", import.meta.url));

type Reply = { readonly ok: true; readonly value: string | null } | { readonly ok: false };

/** @param modulePath the keyring library; tests put another in its place. @param service of items that are not the profile's own */
export function systemKeychain(
  modulePath: string = createRequire(import.meta.url).resolve("@napi-rs/keyring"),
  service: string = SERVICE,
): Keychain {
  const ask = async (request: object): Promise<string | null> => {
    const reply = await askChild(modulePath, { service, ...request }, USE_TIMEOUT_MS);
    if (reply?.ok === true) return reply.value;
    throw new KeywardError("CUSTODY_FAILED", `the keychain ${reply === null ? "did not answer" : "refused"}`, {
      hint: "unlock it and try again, or keep keys elsewhere: keyward profile rekey --custody passphrase",
    });
  };
  return {
    answers: async (timeoutMs) => {
      const account = `probe-${randomBytes(8).toString("hex")}`;
      const reply = await askChild(modulePath, { service, op: "probe", account, value: account }, timeoutMs);
      return reply?.ok === true;
    },
    read: (account) => ask({ op: "read", account }),
    write: async (account, value) => void (await ask({ op: "write", account, value })),
    remove: async (account) => void (await ask({ op: "remove", account })),
  };
}

/** Whether this system's keychain can keep a key. */
export function keychainAnswers(timeoutMs: number = PROBE_TIMEOUT_MS): Promise<boolean> {
  return systemKeychain().answers(timeoutMs);
}

/** null: it did not answer in time or died. The request goes through a pipe, so no key is ever in an argument. */
function askChild(modulePath: string, request: object, timeoutMs: number): Promise<Reply | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, modulePath], { stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
    let output = "";
    const limit = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const end = (reply: Reply | null): void => {
      clearTimeout(limit);
      resolve(reply);
    };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stdin.on("error", () => {}); // it died before it read: "close" tells
    child.stdin.end(JSON.stringify(request));
    child.on("error", () => end(null));
    child.on("close", () => end(parseReply(output)));
  });
}

function parseReply(output: string): Reply | null {
  try {
    return JSON.parse(output) as Reply;
  } catch {
    return null;
  }
}
