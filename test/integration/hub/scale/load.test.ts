// The load of `npm run bench:hub` at a tenth: daemons that hold polls and requests beside them, over two real replicas. How fast is the bench's to say, on a
// machine of its own; here nothing may fail, and last uses are written in batches.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const BENCH = fileURLToPath(new URL("../../../../scripts/bench/hub.mjs", import.meta.url));

interface Figures {
  readonly daemons: number;
  readonly requests: number;
  readonly failed: number;
  readonly polls_failed: number;
  readonly p99_ms: number;
  readonly last_seen_writes: number;
}

it("carries a hundred daemons and ten requests a second without one that fails", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BENCH, "--tenth", "--json"], { timeout: 180_000 });
  const figures = JSON.parse(stdout) as Figures;
  expect(figures).toMatchObject({ daemons: 100, requests: 50, failed: 0, polls_failed: 0 });
  expect(figures.p99_ms).toBeGreaterThan(0);
  // One row a subject and minute, not one a request.
  expect(figures.last_seen_writes).toBeLessThanOrEqual(2 * (figures.daemons + 10 + 1));
}, 200_000);
