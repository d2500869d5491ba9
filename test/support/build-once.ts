// Builds dist/ before the first test that spawns the real command. Nothing to do when it is fresh already.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export default function buildOnce(): void {
  const script = fileURLToPath(new URL("../../scripts/build.mjs", import.meta.url));
  const built = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("dist/ could not be built, so nothing can be tested with the real command");
}
