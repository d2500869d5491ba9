import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("a profile under a passphrase", () => {
  const passphrase = "correct horse battery";
  const create = () => daemon.client.call("profile.create", { profile: "safe", custody: "passphrase", passphrase });

  it("is locked for every daemon that was not told", async () => {
    expect(await create()).toMatchObject({ name: "safe", state: "unlocked", custody: "passphrase" });
    await daemon.store({ profile: "safe" });
    expect(await daemon.client.call("profile.lock", { profile: "safe" })).toMatchObject({ state: "locked" });
    const locked = await refusal(daemon.store({ profile: "safe", connection: "work" }));
    expect(locked).toMatchObject({
      code: "PROFILE_LOCKED",
      hint: expect.stringContaining("keyward profile unlock") as string,
      exitCode: 4,
    });
    expect(await refusal(daemon.client.call("profile.unlock", { profile: "safe", passphrase: "wrong" }))).toMatchObject({
      code: expect.stringMatching(/STORE_KEY_WRONG|CUSTODY/) as string,
    });
    expect(await daemon.client.call("profile.unlock", { profile: "safe", passphrase })).toMatchObject({ state: "unlocked" });
    expect((await daemon.client.call("connection.list", { profile: "safe" })).connections).toHaveLength(1);
  });

  it("cannot be locked or deleted under a live run", async () => {
    await create();
    const { runId } = await daemon.startRun({ profile: "safe" });
    for (const method of ["profile.lock", "profile.delete"] as const) {
      expect(await refusal(daemon.client.call(method, { profile: "safe" }))).toMatchObject({ code: "PROFILE_BUSY", exitCode: 5 });
    }
    await daemon.client.call("run.end", { runId });
    await daemon.client.call("profile.delete", { profile: "safe" });
    expect((await daemon.client.call("profile.list", {})).profiles).toEqual([]);
    expect(existsSync(join(daemon.home.paths.state, "ca-safe.pem"))).toBe(false);
  });

  it("can be moved there and back", async () => {
    await daemon.store();
    expect(await daemon.client.call("profile.rekey", { profile: null, custody: "passphrase", passphrase })).toMatchObject({
      custody: "passphrase",
    });
    await daemon.client.call("profile.lock", { profile: null });
    await daemon.client.call("profile.unlock", { profile: null, passphrase });
    expect(await daemon.client.call("profile.rekey", { profile: null, custody: "file", passphrase: null })).toMatchObject({
      custody: "file",
    });
    expect(await daemon.connections()).toEqual(["openai=default*"]);
  });

  it("is created once", async () => {
    await create();
    expect(await refusal(create())).toMatchObject({ code: "PROFILE_EXISTS" });
    expect((await daemon.client.call("profile.list", {})).profiles).toMatchObject([{ name: "safe", active: false }]);
  });
});
