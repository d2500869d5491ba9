// The smallest `keyward run`: runs its arguments as a child and ends as the child ended. For tests of signals and terminals.
import { endLike, runChild } from "../../../dist/child/spawn-child.js";

const [command, ...args] = process.argv.slice(2);
try {
  endLike(await runChild({ command, args, env: process.env, cwd: process.cwd() }));
} catch (error) {
  console.error(error.message);
  process.exit(error.exitCode);
}
