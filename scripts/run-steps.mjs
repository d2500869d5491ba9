// Used by lint.mjs and check.mjs, not run by itself: runs commands of node_modules/.bin one after the other from the project's root.
import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const binaries = join(root, "node_modules", ".bin");

/** Runs every step, failed ones too, and returns the exit status: 0 when all passed. */
export function runSteps(steps) {
  const failed = steps.filter(([command, ...args]) => {
    console.log(`> ${command} ${args.join(" ")}`);
    const ran = spawnSync(command, args, {
      cwd: root,
      stdio: "inherit",
      shell: process.platform === "win32",
      env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` },
    });
    if (ran.error !== undefined) console.error(`cannot run ${command}: ${ran.error.message}`);
    return ran.status !== 0;
  });
  for (const step of failed) console.error(`failed: ${step.join(" ")}`);
  return failed.length === 0 ? 0 : 1;
}
