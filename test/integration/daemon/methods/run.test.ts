import { once } from "node:events";
import { readFileSync, rmSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KEY, proxyStatus, refusal, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("a run", () => {
  it("gets placeholders, a token, a port and the certificate's path", async () => {
    await daemon.store();
    const started = await daemon.startRun();
    expect(started.env["OPENAI_API_KEY"]).toMatch(/^sk-/);
    expect(JSON.stringify(started)).not.toContain(KEY);
    expect(started.placeholderNames).toContain("OPENAI_API_KEY");
    expect(readFileSync(started.caCertificatePath, "utf8")).toContain("BEGIN CERTIFICATE");
    expect(statSync(started.caCertificatePath).mode & 0o777).toBe(0o600);
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).not.toMatch(/ 407 /);
    expect(await proxyStatus(started.proxyPort, started.runId, "wrong")).toMatch(/ 407 /);
    const { runs } = await daemon.client.call("run.list", { profile: null });
    expect(runs).toMatchObject([
      { id: started.runId, pid: process.pid, command: "x", connections: [{ provider: "openai", name: "default" }] },
    ]);
    await daemon.client.call("run.end", { runId: started.runId });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).toMatch(/ 407 /);
  });

  it("finds the certificate in its file although that was removed under the living daemon", async () => {
    const { caCertificatePath: path } = await daemon.startRun();
    const before = readFileSync(path, "utf8");
    rmSync(path);
    await daemon.startRun();
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  it("dies with its owner, within a moment of its connection's end", async () => {
    const owner = daemon.startOwner();
    const second = await daemon.home.connect();
    const started = await daemon.startRun({ owner: owner.identity }, second);
    owner.child.kill("SIGKILL");
    await once(owner.child, "exit");
    second.close();
    await expect.poll(async () => (await daemon.client.call("run.list", { profile: null })).runs).toEqual([]);
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).toMatch(/ 407 /);
  });

  it("is not started for a process that is gone", async () => {
    expect(await refusal(daemon.startRun({ owner: { pid: process.pid, startedAt: "1" } }))).toMatchObject({ code: "USAGE" });
  });

  it("explained starts nothing", async () => {
    await daemon.store();
    const params = {
      profile: null,
      command: "x",
      selection: { connections: [], providers: [] },
      layers: [],
      owner: null,
      ttlMs: null,
      network: null,
    };
    const plan = await daemon.client.call("run.explain", params);
    expect(plan.connections).toMatchObject([{ provider: "openai", name: "default", env: { OPENAI_API_KEY: "placeholder" } }]);
    expect(await daemon.client.call("daemon.status", {})).toMatchObject({ liveRuns: 0, proxyPort: null });
  });

  it("gets the setting run.deny_unmatched as a layer of its own", async () => {
    daemon.home.set({ "run.deny_unmatched": true });
    const { plan } = await daemon.startRun({ layers: [{ allow: ["x.test"], deny: [], denyUnmatched: false, rules: [] }] });
    expect(plan.layers).toMatchObject([{ allow: ["x.test"] }, { denyUnmatched: true, allow: [] }]);
  });
});
