// Part of bench/hub.mjs: a PostgreSQL of its own on a free port, with the hub's two roles and one database.
import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { quietPort } from "../quiet-port.mjs";

const run = promisify(execFile);
const ROOT = "/usr/lib/postgresql";

async function query(url, statements) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const results = [];
  for (const statement of statements) results.push(await client.query(statement));
  await client.end();
  return results;
}

export async function startHubPostgres() {
  const version = existsSync(ROOT) ? readdirSync(ROOT).toSorted((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const directory = mkdtempSync(join(tmpdir(), "keyward-bench-pg-"));
  const [data, password] = [join(directory, "data"), randomBytes(12).toString("hex")];
  writeFileSync(join(directory, "password"), password);
  const isRoot = process.getuid() === 0;
  if (isRoot) {
    const uid = Number(execFileSync("id", ["-u", "postgres"], { encoding: "utf8" }));
    for (const path of [directory, join(directory, "password")]) chownSync(path, uid, uid);
  }
  const as = (program, args) => {
    const path = join(ROOT, version, "bin", program);
    return isRoot ? run("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, ...args]) : run(path, args);
  };
  await as("initdb", ["-D", data, "-A", "scram-sha-256", "-U", "super", `--pwfile=${join(directory, "password")}`]);
  const port = await quietPort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${directory}`;
  await as("pg_ctl", ["-D", data, "-o", options, "-l", join(directory, "log"), "-w", "-t", "60", "start"]);
  const urlOf = (user, database) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  await query(urlOf("super", "postgres"), [
    `CREATE ROLE hub_owner LOGIN PASSWORD '${password}'`,
    `CREATE ROLE hub_app LOGIN NOBYPASSRLS PASSWORD '${password}'`,
    "CREATE DATABASE hub OWNER hub_owner",
  ]);
  await query(urlOf("hub_owner", "hub"), [
    "GRANT USAGE ON SCHEMA public TO hub_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hub_app",
  ]);
  return {
    url: urlOf("hub_app", "hub"),
    ownerUrl: urlOf("hub_owner", "hub"),
    lastUseWrites: async () => {
      const [result] = await query(urlOf("super", "hub"), [
        "SELECT n_tup_ins + n_tup_upd AS writes FROM pg_stat_user_tables WHERE relname = 'last_use'",
      ]);
      return Number(result.rows[0]?.writes ?? 0);
    },
    destroy: async () => {
      await as("pg_ctl", ["-D", data, "-m", "immediate", "-w", "stop"]).catch(() => undefined);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
