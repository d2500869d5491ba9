import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context, Control } from "../../../../src/cli/context.ts";
import { checkSettings, findDaemon, uncheckable } from "../../../../src/cli/doctor/daemon.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { fakeControl } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const home = join(mkdtempSync(join(tmpdir(), "kw-dd-")), "h");
mkdirSync(home);
const paths = resolvePaths({ KEYWARD_HOME: home });
const context = (control: () => Promise<Control>): Context =>
  ({ paths, control, world: { environment: { KEYWARD_HOME: home } } }) as unknown as Context;
const never = context(() => Promise.reject(new Error("not asked for")));

describe("the settings", () => {
  it("are well when there are none, and fail with what to mend when the file is damaged", () => {
    expect(checkSettings(never)).toMatchObject({ state: "ok", fix: null });
    writeFileSync(paths.config, "{oops", { mode: 0o600 });
    const check = checkSettings(never);
    expect(check.state).toBe("fail");
    expect(`${check.found} ${check.fix}`).toContain(paths.config);
  });
});

describe("the daemon", () => {
  it("is named by version, pid and socket", async () => {
    const { check, control } = await findDaemon(context(async () => fakeControl(ANSWERS)));
    expect(check).toMatchObject({ state: "ok", found: `keyward 0.1.0, pid 4194304000, at ${paths.controlSocket}` });
    expect(control).not.toBeNull();
  });

  it("that is of another version is a warning", async () => {
    const older = { ...fakeControl(ANSWERS), notice: "the daemon is keyward 0.0.1" };
    expect((await findDaemon(context(async () => older))).check).toMatchObject({ state: "warn", fix: "keyward daemon restart" });
  });

  it("that does not start fails with its own words, and leaves the rest unlooked at", async () => {
    const refused = new KeywardError("DAEMON_UNREACHABLE", "the daemon ended before it was ready", { hint: "keyward daemon logs" });
    expect(await findDaemon(context(() => Promise.reject(refused)))).toEqual({
      check: { name: "daemon", state: "fail", found: "the daemon ended before it was ready", fix: "keyward daemon logs" },
      control: null,
    });
    expect(uncheckable()).toMatchObject({ state: "warn" });
  });

  it("that answers but cannot say how it is does not fail for it", async () => {
    const control = fakeControl({
      "daemon.status": () => {
        throw new KeywardError("SETTINGS_CORRUPT", "config.json is not a JSON object");
      },
    });
    expect((await findDaemon(context(async () => control))).check).toMatchObject({ state: "ok" });
  });
});
