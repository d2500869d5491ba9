// A real PostgreSQL for the tests: initdb, a free port, an owner and the hub's ordinary role. Files that only need databases share one
// (shared-postgres.ts); a file that stops or kills it starts its own.
// In: nothing. Out: URLs of a fresh database each, and the power to stop, kill and freeze the server.
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { quietPort } from "../../../scripts/quiet-port.mjs";

const run = promisify(execFile);

export interface PostgresDatabase {
  /** The hub's role: NOBYPASSRLS, owns nothing. */
  readonly url: string;
  readonly ownerUrl: string;
}

export interface Postgres {
  readonly port: number;
  readonly directory: string;
  readonly superUrl: string;
  createDatabase(): Promise<PostgresDatabase>;
  /** The postmaster's pid. */
  pid(): number;
  start(): Promise<void>;
  stop(mode?: "fast" | "immediate"): Promise<void>;
  destroy(): Promise<void>;
}

/** The directory of initdb and pg_ctl, newest version first; null where PostgreSQL is not installed. */
export function postgresBin(): string | null {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return null;
  const versions = readdirSync(root).filter((version) => existsSync(join(root, version, "bin", "initdb")));
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : join(root, newest, "bin");
}

/** @param durable false: what is written may be lost when the machine dies, which a test does not outlive */
export async function startPostgres({ durable = true }: { readonly durable?: boolean } = {}): Promise<Postgres> {
  const bin = postgresBin();
  if (bin === null) throw new Error("PostgreSQL is not installed");
  const directory = mkdtempSync(join(tmpdir(), "keyward-pg-"));
  const data = join(directory, "data");
  const password = randomBytes(12).toString("hex");
  writeFileSync(join(directory, "password"), password);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const uid = Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" }));
    for (const path of [directory, join(directory, "password")]) chownSync(path, uid, uid);
  }
  // initdb and postgres refuse to run as root.
  const as = (program: string, args: readonly string[]): Promise<unknown> =>
    isRoot
      ? run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", join(bin, program), ...args])
      : run(join(bin, program), args);
  await as("initdb", ["-D", data, "-A", "scram-sha-256", "-U", "super", `--pwfile=${join(directory, "password")}`, "--no-sync"]);
  const port = await quietPort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${directory} -c max_connections=100 -c fsync=${durable ? "on" : "off"}`;
  const start = async (): Promise<void> => {
    const attempt = (): Promise<unknown> =>
      as("pg_ctl", ["-D", data, "-o", options, "-l", join(directory, "log"), "-w", "-t", "30", "start"]);
    // After a kill the children of the old postmaster take a moment to go, and it does not start before.
    for (let left = 50; ; left -= 1) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (left === 0) throw error;
        await delay(100);
      }
    }
  };
  const stop = async (mode: "fast" | "immediate" = "fast"): Promise<void> => {
    await as("pg_ctl", ["-D", data, "-m", mode, "-w", "stop"]).catch(() => undefined);
  };
  await start();
  const urlOf = (user: string, database: string): string => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  await query(urlOf("super", "postgres"), [
    `CREATE ROLE hub_owner LOGIN PASSWORD '${password}'`,
    `CREATE ROLE hub_app LOGIN NOBYPASSRLS PASSWORD '${password}'`,
  ]);
  const superUrl = urlOf("super", "postgres");
  return {
    port,
    directory,
    superUrl,
    createDatabase: () => createHubDatabase(superUrl),
    pid: () => Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]),
    start,
    stop,
    destroy: async () => {
      await stop("immediate");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A database of its own with the rights that docs/hub/roles.sql gives. @param superUrl of a server whose roles are there */
export async function createHubDatabase(superUrl: string): Promise<PostgresDatabase> {
  const name = `hub_${randomBytes(6).toString("hex")}`;
  const urlOf = (user: string): string => Object.assign(new URL(superUrl), { username: user, pathname: `/${name}` }).href;
  await query(superUrl, [`CREATE DATABASE ${name} OWNER hub_owner`]);
  await query(urlOf("hub_owner"), [
    "GRANT USAGE ON SCHEMA public TO hub_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hub_app",
  ]);
  return { url: urlOf("hub_app"), ownerUrl: urlOf("hub_owner") };
}

/** Each statement on its own, as a script would send them. */
export async function query(url: string, statements: readonly string[]): Promise<pg.QueryResult[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results = [];
    for (const statement of statements) results.push(await client.query(statement));
    return results;
  } finally {
    await client.end();
  }
}
