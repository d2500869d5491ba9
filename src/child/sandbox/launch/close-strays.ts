// Descriptors that somebody left open for this process must not reach a sandbox: an open directory is a way past every mount.
// In: the table of this process. Out: those beyond the standard three that a program started from here would inherit are closed.
// Node marks the low ones by itself, up to the first gap; what it opens, it marks.
import { closeSync, readdirSync, readFileSync } from "node:fs";

const DIRECTORY = "/proc/self/fdinfo";
/** O_CLOEXEC, as the kernel prints it. */
const CLOSED_ON_EXEC = 0o2_000_000;

export function closeStrays(): void {
  for (const fd of readdirSync(DIRECTORY).map(Number)) if (fd > 2 && isInherited(fd)) closeSync(fd);
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${DIRECTORY}/${fd}`, "latin1"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    // The one of the listing itself is gone again.
    return false;
  }
}
