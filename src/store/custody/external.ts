// Custody "key-file" and "key-command": the key comes from where the user keeps it, for servers.
// In: the values of KEYWARD_KEY_FILE and KEYWARD_KEY_COMMAND. Out: the key. Writes nothing; what the command prints stays out of errors.
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { KeywardError, systemCode } from "../../core/errors.ts";
import { KEY_BYTES } from "../cipher-pages.ts";
import type { ExternalKey } from "./custody.ts";
import { parseHexKey } from "./key-file.ts";

/** Time for a password manager that asks its user. */
const COMMAND_TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 4_096;

/** Instead of a path: a key that this process makes and nobody ever writes down. A profile under it ends with the process. */
const MEMORY = "memory:";
let madeKey: Buffer | null = null;

function keyInMemory(): Buffer {
  madeKey ??= randomBytes(KEY_BYTES);
  return madeKey;
}

/** Which of the two is set, if any. @throws CUSTODY_FAILED when both are */
export function externalCustody({ keyFile, keyCommand }: ExternalKey): "key-file" | "key-command" | null {
  if (keyFile !== null && keyCommand !== null) {
    throw new KeywardError("CUSTODY_FAILED", "KEYWARD_KEY_FILE and KEYWARD_KEY_COMMAND are both set", { hint: "unset one of them" });
  }
  if (keyFile !== null) return "key-file";
  return keyCommand === null ? null : "key-command";
}

/** @throws STORE_KEY_MISSING when the variable is not set, CUSTODY_FAILED, HOME_UNSAFE */
export async function readExternalKey(custody: "key-file" | "key-command", external: ExternalKey): Promise<Buffer> {
  if (custody === "key-file" && external.keyFile === MEMORY) return Buffer.from(keyInMemory());
  if (custody === "key-file") return readUserKeyFile(external.keyFile ?? missing("KEYWARD_KEY_FILE"));
  return parseHexKey(await runKeyCommand(external.keyCommand ?? missing("KEYWARD_KEY_COMMAND")), "KEYWARD_KEY_COMMAND");
}

/** Links are followed and reading by the group is allowed, because orchestrators mount secrets that way. */
function readUserKeyFile(path: string): Buffer {
  let content: string;
  try {
    const { mode } = statSync(path);
    if (process.getuid !== undefined && (mode & 0o027) !== 0) {
      throw new KeywardError("HOME_UNSAFE", `the key file ${path} can be read or changed by others`, { hint: `chmod 600 '${path}'` });
    }
    content = readFileSync(path, "latin1");
  } catch (error) {
    if (error instanceof KeywardError) throw error;
    const code = systemCode(error) ?? "unknown reason";
    throw new KeywardError(code === "ENOENT" ? "STORE_KEY_MISSING" : "CUSTODY_FAILED", `the key file ${path} cannot be read (${code})`, {
      hint: "check KEYWARD_KEY_FILE",
      cause: error,
    });
  }
  return parseHexKey(content, path);
}

/** Its standard output. A shell of its own process group runs it, so that the time limit ends everything it started. */
async function runKeyCommand(command: string): Promise<string> {
  // Loaded only here: importing it takes 100 ms.
  const { execa } = await import("execa");
  const options = { shell: true, stdin: "ignore", stderr: "ignore", encoding: "latin1", reject: false } as const;
  const limits = { timeout: COMMAND_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, detached: process.platform !== "win32" };
  const running = execa(command, { ...options, ...limits });
  const result = await running;
  if (!result.failed) return result.stdout;
  endGroup(running.pid);
  throw new KeywardError("CUSTODY_FAILED", `KEYWARD_KEY_COMMAND ${describeFailure(result)}`, {
    hint: "run the command by hand: it must print 64 hex digits",
  });
}

interface Failure {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
}

function describeFailure(result: Failure): string {
  if (result.timedOut) return `did not end within ${COMMAND_TIMEOUT_MS / 1000} s`;
  if (result.isMaxBuffer) return "prints more than a key";
  if (result.signal !== undefined) return `was ended by ${result.signal}`;
  return result.exitCode === undefined ? `cannot be run (${result.code ?? "unknown reason"})` : `failed with status ${result.exitCode}`;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function missing(variable: string): never {
  throw new KeywardError("STORE_KEY_MISSING", `the profile's key comes from ${variable}, which is not set where the daemon was started`, {
    hint: `set ${variable} and run: keyward daemon restart`,
  });
}
