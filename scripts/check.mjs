// Run it before sending a change (`npm run check`): everything CI does besides the tests themselves. Types of the program and of the
// tests, lint, format, unused files, exports and dependencies. All of it runs, also after a failure, so one run shows everything.
import { runSteps } from "./run-steps.mjs";

process.exitCode = runSteps([
  ["tsc", "--noEmit", "-p", "."],
  ["tsc", "--noEmit", "-p", "test"],
  ["oxlint", "--type-aware", "--deny-warnings", "src", "test", "scripts"],
  ["oxfmt", "--check", "src", "test", "scripts"],
  ["knip", "--no-progress"],
]);
