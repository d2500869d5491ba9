import { describe, expect, it } from "vitest";
import type { Check } from "../../../../src/control/findings.ts";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

const broken: Check = { name: "store", state: "fail", found: "default.db is damaged", fix: "put a backup in its place" };
const locked: Check = { name: "store", state: "warn", found: "not looked at", fix: "keyward profile unlock" };

describe("doctor", () => {
  it("puts its own checks before the daemon's and ends with 0", async () => {
    const done = await keyward(["doctor", "--json"], { answers: ANSWERS });
    const report = JSON.parse(done.stdout) as { ok: boolean; checks: Check[]; clients: null };
    expect(done.status).toBe(0);
    expect(report).toMatchObject({ ok: true, clients: null });
    expect(report.checks.map(({ name }) => name)).toEqual(["home", "settings", "daemon", "store", "clients"]);
  });

  it("ends with 1 when one fails and shows what to do under it", async () => {
    const done = await keyward(["doctor"], { answers: { ...ANSWERS, "doctor.check": { checks: [broken] } } });
    expect(done.status).toBe(1);
    expect(done.stdout).toContain("fail  store: default.db is damaged\n      put a backup in its place\n");
    expect(done.stdout).toMatch(/something is not as it must be\n$/);
  });

  it("ends with 0 when there are only warnings, and asks nobody for a passphrase", async () => {
    const done = await keyward(["doctor"], { answers: { ...ANSWERS, "doctor.check": { checks: [locked] } }, typed: ["never asked for\r"] });
    expect(done.status).toBe(0);
    expect(done.stdout).toContain("warn  store: not looked at\n      keyward profile unlock\n");
    expect(done.stderr).toBe("");
  });

  it("tries clients only when asked to", async () => {
    const opened = { echoId: "log_1", host: "echo.keyward.test", directory: "/nowhere", runs: [] };
    const answers = { ...ANSWERS, "doctor.open": opened, "doctor.finish": { seen: [] } };
    expect((await keyward(["doctor"], { answers })).calls.map(({ method }) => method)).not.toContain("doctor.open");
    const done = await keyward(["doctor", "--clients", "--json"], { answers });
    expect(done.calls.map(({ method }) => method)).toEqual(["daemon.status", "doctor.check", "doctor.open", "doctor.finish"]);
    expect(JSON.parse(done.stdout)).toMatchObject({ clients: [] });
  });
});
