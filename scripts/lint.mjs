// Run it before committing (`npm run lint`): the linter with type information over src, test and scripts, warnings counted
// as errors, then the formatter's check. `npm run format` mends what the second part complains about.
import { runSteps } from "./run-steps.mjs";

process.exitCode = runSteps([
  ["oxlint", "--type-aware", "--deny-warnings", "src", "test", "scripts"],
  ["oxfmt", "--check", "src", "test", "scripts"],
]);
