// How `npm test` runs: unit tests as they are, integration and end-to-end tests against a fresh dist/.
// A slow machine is no reason to fail: the limits only catch what hangs.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
const globalSetup = ["support/build-once.ts", "support/hub/offer-postgres.ts"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

export default defineConfig({
  root,
  test: {
    maxWorkers: 2,
    pool: "forks",
    // What is polled for comes at once on a quiet machine; the limit only catches what never comes.
    expect: { poll: { interval: 25, timeout: 45_000 } },
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        extends: true,
        test: { name: "integration", include: ["test/integration/**/*.test.ts"], globalSetup, testTimeout: 120_000, hookTimeout: 120_000 },
      },
      { extends: true, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], globalSetup, testTimeout: 180_000, hookTimeout: 180_000 } },
    ],
  },
});
