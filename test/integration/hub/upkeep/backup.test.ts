// Backup and restore as docs/hub.md tells them, on both engines: what was there at the backup is there again, fences and audit chain included, what came
// after is not, and a daemon that knows more than the restored hub starts afresh.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { newDeviceKeyPair } from "../../../../src/hub/keys/seal-to-device.ts";
import type { HubOptions } from "../../../../src/hub/hub-options.ts";
import { serveHub } from "../../../../src/hub/serve-hub.ts";
import { type HubRig, startHubRig } from "../../../support/hub/hub-rig.ts";
import { postgresBin } from "../../../support/hub/postgres.ts";
import { sharedDatabase } from "../../../support/hub/shared-postgres.ts";

const log = { info: () => undefined, error: () => undefined };

interface Before {
  readonly token: string;
  readonly deviceToken: string;
  readonly rev: number;
}

async function fill(rig: HubRig): Promise<Before> {
  const { tokens } = await rig.person(await rig.tenant(), "owner", { isTenantAdmin: true });
  const token = tokens.accessToken;
  await rig.call("POST", "/v1/secrets", { token, body: { name: "KEPT", value: "kept" } });
  const body = { name: "laptop", public_key: newDeviceKeyPair().publicKey };
  const device = await rig.call("POST", "/v1/devices", { token, body });
  return { token, deviceToken: String(device.body.token), rev: 0 };
}

/** After the backup: more secrets, and a daemon that has seen them. */
async function goOn(rig: HubRig, before: Before): Promise<Before> {
  const { token, deviceToken } = before;
  for (const name of ["LOST_1", "LOST_2"]) await rig.call("POST", "/v1/secrets", { token, body: { name, value: "lost" } });
  const { rev } = (await rig.call("GET", "/v1/sync", { token: deviceToken })).body as { rev: number };
  return { ...before, rev };
}

async function expectRestored(options: HubOptions, { token, deviceToken, rev }: Before): Promise<void> {
  const hub = await serveHub({ options, log });
  onTestFinished(() => hub.stop());
  const ask = async (path: string, bearer: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(hub.url + path, { headers, ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }) });
    return (await answer.json()) as Record<string, unknown>;
  };
  expect(await ask("/v1/secrets/KEPT:access", token, {})).toMatchObject({ value: "kept" });
  expect(await ask("/v1/secrets/LOST_1", token)).toMatchObject({ error: { code: "HUB_NOT_FOUND" } });
  expect(await ask("/v1/audit/verify", token)).toMatchObject({ is_intact: true });
  const synced = await ask(`/v1/sync?after=${rev}&wait=0`, deviceToken);
  expect([synced["is_full"], (synced["secrets"] as { name: string }[]).map(({ name }) => name)]).toEqual([true, ["KEPT"]]);
}

it("copies the files of a SQLite hub that was stopped", async () => {
  const rig = await startHubRig();
  const { dataDir } = rig.options;
  const backup = mkdtempSync(join(tmpdir(), "keyward-backup-"));
  onTestFinished(() => [backup, dataDir].forEach((path) => rmSync(path, { recursive: true, force: true })));
  const before = await fill(rig);
  await rig.hub.stop();
  const names = readdirSync(dataDir).filter((name) => name.startsWith("hub.db"));
  for (const name of names) cpSync(join(dataDir, name), join(backup, name));
  const again = await serveHub({ options: rig.options, log });
  const later = await goOn({ ...rig, call: callAt(again.url) }, before);
  await again.stop();
  for (const name of readdirSync(dataDir).filter((each) => each.startsWith("hub.db"))) rmSync(join(dataDir, name));
  for (const name of names) cpSync(join(backup, name), join(dataDir, name));
  await expectRestored(rig.options, later);
});

function callAt(url: string): HubRig["call"] {
  return async (method, path, { token, body } = {}) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
}

it("dumps a PostgreSQL hub while it serves, as a role that row-level security does not bind, and restores it into an empty database", async () => {
  const database = await sharedDatabase();
  const rig = await startHubRig({ database });
  onTestFinished(() => rig.destroy());
  const before = await fill(rig);
  const program = (name: string): string => join(postgresBin() ?? "", name);
  const superUrlOf = (url: string): string => Object.assign(new URL(url), { username: "super" }).href;
  // The owner is fenced as everybody: its dump would lack rows, so PostgreSQL makes none.
  expect(() => execFileSync(program("pg_dump"), [database.ownerUrl], { stdio: "pipe" })).toThrow(/row-level security/);
  const dump = execFileSync(program("pg_dump"), [superUrlOf(database.url)], { maxBuffer: 1e9 });
  const later = await goOn(rig, before);
  const empty = await sharedDatabase();
  execFileSync(program("psql"), ["--quiet", "--set", "ON_ERROR_STOP=1", superUrlOf(empty.url)], {
    input: dump,
    stdio: ["pipe", "ignore", "pipe"],
  });
  await expectRestored({ ...rig.options, databaseUrl: empty.url, ownerUrl: empty.ownerUrl }, later);
});
