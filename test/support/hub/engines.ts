// Every hub test runs on SQLite and on PostgreSQL: the same suite, the same isolation.
// In: nothing. Out: the engines, each with a rig of its own.
import { afterAll, beforeAll, describe } from "vitest";
import { type HubRig, type RigOptions, startHubRig } from "./hub-rig.ts";
import { sharedDatabase } from "./shared-postgres.ts";

/** @param suite gets the rig of its engine; it is there once a test runs */
export function describeOnBothEngines(name: string, suite: (rig: () => HubRig) => void, options: RigOptions = {}): void {
  for (const engine of ["sqlite", "postgres"] as const) {
    describe(`${name} on ${engine}`, () => {
      let rig: HubRig | undefined;
      beforeAll(async () => {
        rig = await startHubRig({ ...options, ...(engine === "postgres" ? { database: await sharedDatabase() } : {}) });
      });
      afterAll(async () => {
        await rig?.destroy();
      });
      suite(() => {
        if (rig === undefined) throw new Error("the rig is not up yet");
        return rig;
      });
    });
  }
}
