// Items of the macOS keychain that tools keep instead of files. In: a source's items and a way to run a program. Out: text, or nothing
// when there is no such item or the person refused. The system asks the person; keyward asks for nothing that was not named.
import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";
import type { KeychainItem } from "./source.ts";

/** Runs a program and gives what it printed; null when it failed. */
export type RunProgram = (program: string, args: readonly string[]) => string | null;

const SECURITY = "/usr/bin/security";
/** A person may have to type a password. */
const TIMEOUT_MS = 120_000;

export function readKeychain(item: KeychainItem, run: RunProgram = runProgram): string | null {
  const account = item.account.replace("$USER", userInfo().username);
  const text = run(SECURITY, ["find-generic-password", "-s", item.service, "-a", account, "-w"])?.replace(/\n$/, "") ?? "";
  if (text === "") return null;
  // What go-keyring stores is wrapped.
  const wrapped = /^go-keyring-base64:(.*)$/s.exec(text)?.[1];
  return wrapped === undefined ? text : Buffer.from(wrapped, "base64").toString("utf8");
}

function runProgram(program: string, args: readonly string[]): string | null {
  try {
    return execFileSync(program, [...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: TIMEOUT_MS });
  } catch {
    return null;
  }
}
