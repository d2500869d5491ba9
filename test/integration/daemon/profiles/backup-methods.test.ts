// A profile on its way into a backup and out of it, through the daemon's real socket.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RestoreParams } from "../../../../src/control/api/backup.ts";
import type { Result } from "../../../../src/control/protocol.ts";
import { KEY, refusal, self, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();
const passphrase = "correct horse";

async function backUp(profile: string | null = null, by = daemon.client): Promise<Buffer> {
  const { transferId, bytes } = await by.call("backup.make", { profile, passphrase, asker: self });
  const { data, nextByte } = await by.call("backup.read", { transferId, fromByte: 0 });
  const file = Buffer.from(data, "base64");
  expect([nextByte, file.length]).toEqual([null, bytes]);
  return file;
}

async function restore(file: Buffer, change: Partial<RestoreParams> & { profile?: string } = {}): Promise<Result<"backup.restore">> {
  const { transferId } = await daemon.client.call("backup.offer", { transferId: null, data: file.toString("base64") });
  const how = { profile: null, backupPassphrase: passphrase, custody: null, passphrase: null, replace: false };
  return daemon.client.call("backup.restore", { ...how, transferId, ...change });
}

const keyOf = async (profile: string): Promise<string | undefined> => {
  const { connections } = await daemon.client.call("connection.reveal", { profile, provider: "openai", connection: null, asker: self });
  return connections[0]?.fields["key"];
};
const placeholders = async (profile: string): Promise<unknown> =>
  (await daemon.client.call("connection.list", { profile })).connections.map((connection) => connection.placeholders);

describe("a backup", () => {
  it("comes back beside the profile it was made of, with a key and custody of its own", async () => {
    await daemon.store();
    const file = await backUp();
    expect(file.includes(KEY)).toBe(false);
    const restored = await restore(file, { profile: "copy", custody: "passphrase", passphrase: "another one" });
    expect(restored).toMatchObject({ name: "copy", custody: "passphrase", connections: 1, renewable: 0, replaced: false });
    expect(await keyOf("copy")).toBe(KEY);
    expect(await placeholders("copy")).toEqual(await placeholders("default"));
    await daemon.client.call("profile.lock", { profile: "copy" });
    expect(await refusal(keyOf("copy"))).toMatchObject({ code: "PROFILE_LOCKED" });
    const key = readFileSync(join(daemon.home.paths.profiles, "default.key"), "utf8");
    expect(readdirSync(daemon.home.paths.profiles).filter((name) => name.startsWith("copy.key"))).toEqual(["copy.key.json"]);
    expect(readFileSync(join(daemon.home.paths.profiles, "copy.key.json"), "utf8")).not.toContain(key.trim());
  });

  it("comes back after the profile was deleted, and after another machine had it", async () => {
    await daemon.store();
    const file = await backUp();
    const before = await placeholders("default");
    await daemon.client.call("profile.delete", { profile: null });
    expect(await restore(file)).toMatchObject({ name: "default", custody: "file", connections: 1 });
    expect(await keyOf("default")).toBe(KEY);
    expect(await placeholders("default")).toEqual(before);
    await daemon.crash();
    expect(await keyOf("default")).toBe(KEY);
  });

  it("leaves a profile that is there alone unless it is told to replace it, and never under a live run", async () => {
    await daemon.store();
    const file = await backUp();
    await daemon.store({ connection: "later" });
    expect(await refusal(restore(file))).toMatchObject({ code: "PROFILE_EXISTS", exitCode: 5 });
    const { runId } = await daemon.startRun();
    expect(await refusal(restore(file, { replace: true }))).toMatchObject({ code: "PROFILE_BUSY" });
    expect(await daemon.connections()).toEqual(["openai=default*", "openai=later"]);
    await daemon.client.call("run.end", { runId });
    expect(await restore(file, { replace: true })).toMatchObject({ replaced: true, custody: "file" });
    expect(await daemon.connections()).toEqual(["openai=default*"]);
    await daemon.crash();
    expect(await daemon.connections()).toEqual(["openai=default*"]);
  });

  it("with a wrong passphrase, damage or nothing in it changes nothing", async () => {
    await daemon.store();
    const file = await backUp();
    expect(await refusal(restore(file, { backupPassphrase: "wrong", replace: true }))).toMatchObject({ code: "BACKUP_KEY_WRONG" });
    expect(await refusal(restore(file.subarray(0, -1), { replace: true }))).toMatchObject({ code: "BACKUP_CORRUPT" });
    expect(await refusal(restore(Buffer.alloc(0), { profile: "new" }))).toMatchObject({ code: "BACKUP_FOREIGN" });
    expect((await daemon.client.call("profile.list", {})).profiles.map(({ name }) => name)).toEqual(["default"]);
    expect(await keyOf("default")).toBe(KEY);
  });

  it("is made for nobody inside a run, is audited, and needs a profile", async () => {
    expect(await refusal(backUp())).toMatchObject({ code: "PROFILE_UNKNOWN" });
    await daemon.store();
    await backUp();
    const { child, identity } = daemon.startOwner();
    await daemon.startRun({ owner: identity });
    const asked = daemon.client.call("backup.make", { profile: null, passphrase, asker: identity });
    expect(await refusal(asked)).toMatchObject({ code: "REVEAL_REFUSED", exitCode: 8 });
    child.kill();
    const reveals = (await daemon.auditEntries()).filter(({ kind }) => kind === "reveal").map(({ code }) => code);
    expect(new Set(reveals)).toEqual(new Set(["REVEAL_REFUSED", null]));
  });

  it("of a locked profile waits for its passphrase", async () => {
    await daemon.client.call("profile.create", { profile: "safe", custody: "passphrase", passphrase });
    await daemon.client.call("profile.lock", { profile: "safe" });
    expect(await refusal(backUp("safe"))).toMatchObject({ code: "PROFILE_LOCKED" });
  });
});
