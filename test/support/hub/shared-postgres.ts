// One PostgreSQL for every test file of a run: the first file that wants a database starts it, the end of the run stops it.
// In: the directory that the run's global set-up made. Out: a fresh database each. Outside such a run a file starts one of its own.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll } from "vitest";
import { PLACE_VARIABLE, readStarted, type StartedPostgres } from "./offer-postgres.ts";
import { createHubDatabase, type PostgresDatabase, startPostgres } from "./postgres.ts";

const START_TIMEOUT_MS = 60_000;

/** A fresh hub database on the run's server. */
export async function sharedDatabase(): Promise<PostgresDatabase> {
  const place = process.env[PLACE_VARIABLE];
  return await createHubDatabase(place === undefined ? await ownServer() : await serverOf(place));
}

let own: Promise<string> | undefined;

function ownServer(): Promise<string> {
  own ??= startPostgres({ durable: false }).then((postgres) => {
    afterAllOfFile.push(() => postgres.destroy());
    return postgres.superUrl;
  });
  return own;
}

const afterAllOfFile: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of afterAllOfFile.splice(0)) await end();
  own = undefined;
});

async function serverOf(place: string): Promise<string> {
  try {
    mkdirSync(join(place, "starting"));
  } catch {
    return await waitFor(place);
  }
  const { superUrl, directory, pid } = await startPostgres({ durable: false });
  const started: StartedPostgres = { superUrl, directory, pid: pid() };
  writeFileSync(join(place, "started.new"), JSON.stringify(started));
  renameSync(join(place, "started.new"), join(place, "started"));
  return superUrl;
}

async function waitFor(place: string): Promise<string> {
  for (const untilMs = Date.now() + START_TIMEOUT_MS; Date.now() < untilMs; await delay(50)) {
    const started = readStarted(place);
    if (started !== null) return started.superUrl;
  }
  throw new Error("PostgreSQL was not started in time by the test file that began to");
}
