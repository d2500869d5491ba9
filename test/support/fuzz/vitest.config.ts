// How `npm run fuzz` runs the two properties: from the sources, one after the other, for as long as it takes.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    pool: "forks",
    maxWorkers: 1,
    include: ["test/integration/proxy/release-rule.test.ts", "test/integration/proxy/release-property.test.ts"],
    testTimeout: 14_400_000,
  },
});
