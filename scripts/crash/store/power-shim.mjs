// Compiles the library that cuts the power (test/support/power-cut). In: a directory for it. Out: its path.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("../../../test/support/power-cut/power-cut.c", import.meta.url));
/** What a process ends with when its power was cut. */
export const CUT_STATUS = 77;

export function buildShim(directory) {
  const library = join(directory, "power-cut.so");
  const built = spawnSync("cc", ["-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl", "-lpthread"], {
    encoding: "utf8",
  });
  if (built.status !== 0) throw new Error(`the power cut needs Linux and a C compiler: ${built.error?.message ?? built.stderr}`);
  return library;
}
