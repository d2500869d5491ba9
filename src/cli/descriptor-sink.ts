// Standard output and error as plain, blocking descriptors. In: text. Out: bytes written when the call returns.
// process.stdout would switch a pipe to non-blocking, which the child of `keyward run` shares: its own writes would then fail.
// A reader that goes away (`| head`) ends the command quietly.
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { KeywardError, systemCode } from "../core/errors.ts";
import type { Sink } from "./output.ts";

const RETRY_MS = 5;

export class DescriptorSink implements Sink {
  readonly #descriptor: 1 | 2;

  constructor(descriptor: 1 | 2) {
    this.#descriptor = descriptor;
  }

  get isTTY(): boolean {
    return isatty(this.#descriptor);
  }

  get columns(): number | undefined {
    return this.isTTY ? (this.#descriptor === 1 ? process.stdout : process.stderr).columns : undefined;
  }

  write(text: string): void {
    let left = Buffer.from(text);
    while (left.length > 0) {
      try {
        left = left.subarray(writeSync(this.#descriptor, left));
      } catch (error) {
        const code = systemCode(error);
        // Another program made the pipe non-blocking and it is full: wait for its reader.
        if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
        // A pipe says EPIPE, a socket whose reader left bytes unread says ECONNRESET.
        else if (this.#descriptor === 1 && (code === "EPIPE" || code === "ECONNRESET")) process.exit(process.exitCode ?? 0);
        // Nobody is there to be told that nobody is there.
        else if (this.#descriptor === 2 || code === "EBADF") return;
        else throw new KeywardError("OUTPUT_FAILED", `cannot write to standard output (${code ?? "unknown reason"})`, { cause: error });
      }
    }
  }
}
