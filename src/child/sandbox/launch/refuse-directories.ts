// A program's standard input, output or error may be anything that was opened outside, but no directory: from it every path can be opened, past
// every mount. In: descriptors. Out: nothing, or SANDBOX_UNAVAILABLE.
import { fstatSync } from "node:fs";
import { KeywardError } from "../../../core/errors.ts";

const NAMES = ["input", "output", "error"];

/** @throws SANDBOX_UNAVAILABLE */
export function refuseDirectories(descriptors: readonly number[] = [0, 1, 2]): void {
  for (const [at, descriptor] of descriptors.entries()) {
    if (!isDirectory(descriptor)) continue;
    throw new KeywardError("SANDBOX_UNAVAILABLE", `standard ${NAMES[at] ?? ""} is a directory, which would be a way out of the sandbox`, {
      hint: "give it a file or a pipe, for example: < /dev/null",
    });
  }
}

function isDirectory(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isDirectory();
  } catch {
    // It is closed.
    return false;
  }
}
