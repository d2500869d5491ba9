// A daemon of a temporary home lives as long as the command that started it: a pipe between the two ends when the command does, however
// it ends. In: the pipe's descriptor. Out: one call when it has ended. The home is removed when this process exits.
import { rmSync } from "node:fs";
import { Socket } from "node:net";

export interface Lifeline {
  readonly fd: number;
  readonly home: string;
  readonly onEnd: () => void;
}

export function holdLifeline({ fd, home, onEnd }: Lifeline): void {
  process.once("exit", () => {
    try {
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // What is left is encrypted with a key that is gone with this process.
    }
  });
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    onEnd();
  };
  const pipe = new Socket({ fd, readable: true, writable: false });
  pipe.on("end", end).on("close", end).on("error", end).resume();
}

/** `--life-fd=4` among the arguments; null = this daemon is nobody's in particular. */
export function readLifeFd(argv: readonly string[]): number | null {
  const match = argv.map((word) => /^--life-fd=(\d{1,3})$/.exec(word)).find((found) => found !== null);
  return match === undefined || match === null ? null : Number(match[1]);
}
