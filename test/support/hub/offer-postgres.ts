// Global set-up of the integration tests: a place where the first file that needs PostgreSQL starts it for all of the run.
// In: nothing; workers inherit the variable that names the place. Out: a tear-down that ends the server if there is one.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PLACE_VARIABLE = "KEYWARD_TEST_POSTGRES";

export interface StartedPostgres {
  readonly superUrl: string;
  readonly directory: string;
  readonly pid: number;
}

export default function offerPostgres(): () => void {
  const place = mkdtempSync(join(tmpdir(), "keyward-shared-pg-"));
  process.env[PLACE_VARIABLE] = place;
  return () => {
    const started = readStarted(place);
    if (started !== null) end(started);
    rmSync(place, { recursive: true, force: true });
  };
}

export function readStarted(place: string): StartedPostgres | null {
  const path = join(place, "started");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as StartedPostgres) : null;
}

/** SIGQUIT is PostgreSQL's immediate shutdown. */
function end({ pid, directory }: StartedPostgres): void {
  try {
    process.kill(pid, "SIGQUIT");
    execFileSync("timeout", ["10", "tail", `--pid=${pid}`, "-f", "/dev/null"], { stdio: "ignore" });
  } catch {
    // It is gone already.
  }
  rmSync(directory, { recursive: true, force: true });
}
