// Two hub processes over one PostgreSQL, and an in-process hub beside them that makes tenants, people and tokens without their pages.
// In: a database. Out: both replicas' addresses, the maker, and an end to all of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quietPort } from "../../../scripts/quiet-port.mjs";
import { type HubProcess, startHubProcess } from "./hub-process.ts";
import { type HubRig, startHubRig } from "./hub-rig.ts";
import type { PostgresDatabase } from "./postgres.ts";

export interface Replicas {
  readonly rig: HubRig;
  readonly a: HubProcess;
  readonly b: HubProcess;
  readonly urls: readonly [string, string];
  /** A replica on the port of one that died. */
  restart(url: string): Promise<HubProcess>;
  destroy(): Promise<void>;
}

export async function startReplicas(database: PostgresDatabase): Promise<Replicas> {
  const rig = await startHubRig({ database });
  const { dataDir } = rig.options;
  const rootKey = readFileSync(join(dataDir, "root.key"), "utf8").trim();
  const start = (port: number): Promise<HubProcess> => startHubProcess("serve", { dataDir, rootKey, database, port });
  const [a, b] = [await start(await quietPort()), await start(await quietPort())];
  const processes = [a, b];
  return {
    rig,
    a,
    b,
    urls: [a.url, b.url],
    restart: async (url) => {
      const started = await start(Number(new URL(url).port));
      processes.push(started);
      return started;
    },
    destroy: async () => {
      for (const each of processes) await each.kill();
      await rig.destroy();
    },
  };
}
