import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { proxyStatus, refusal, self, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("a run of before", () => {
  const passphrase = "correct horse battery";

  it("makes its runs wait after kill -9, on the same port, until it is unlocked", async () => {
    await daemon.client.call("profile.create", { profile: "safe", custody: "passphrase", passphrase });
    const owner = daemon.startOwner();
    const started = await daemon.startRun({ profile: "safe", owner: owner.identity });
    await daemon.crash();
    const attach = () => daemon.client.call("run.attach", { runId: started.runId, owner: owner.identity });
    expect(await refusal(attach())).toMatchObject({ code: "PROFILE_LOCKED" });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).toMatch(/ 407 /);
    await daemon.client.call("profile.unlock", { profile: "safe", passphrase });
    expect(await attach()).toEqual({ proxyPort: started.proxyPort });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).not.toMatch(/ 407 /);
  });

  it("goes on after kill -9 of the daemon: same port, same token, attached by its owner alone", async () => {
    await daemon.store();
    const owner = daemon.startOwner();
    const started = await daemon.startRun({ owner: owner.identity });
    const dead = daemon.startOwner();
    const gone = await daemon.startRun({ owner: dead.identity });
    dead.child.kill("SIGKILL");
    await daemon.crash();
    expect(await daemon.client.call("daemon.status", {})).toMatchObject({ liveRuns: 1, proxyPort: started.proxyPort });
    expect(await proxyStatus(started.proxyPort, started.runId, started.token)).not.toMatch(/ 407 /);
    expect(await proxyStatus(started.proxyPort, gone.runId, gone.token)).toMatch(/ 407 /);
    expect(await daemon.client.call("run.attach", { runId: started.runId, owner: owner.identity })).toEqual({
      proxyPort: started.proxyPort,
    });
    expect(await refusal(daemon.client.call("run.attach", { runId: started.runId, owner: self }))).toMatchObject({ code: "RUN_UNKNOWN" });
    expect(await daemon.connections()).toEqual(["openai=default*"]);
  });

  it("is ended when a stranger took its port while the daemon was dead", async () => {
    const owner = daemon.startOwner();
    const started = await daemon.startRun({ owner: owner.identity });
    await daemon.home.kill(daemon.client);
    const stranger = createServer().listen(started.proxyPort, "127.0.0.1");
    await once(stranger, "listening");
    try {
      daemon.client = await daemon.home.connect();
      expect(await refusal(daemon.client.call("run.attach", { runId: started.runId, owner: owner.identity }))).toMatchObject({
        code: "PORT_TAKEN",
        message: expect.stringContaining(String(started.proxyPort)) as string,
      });
      expect(await daemon.client.call("run.list", { profile: null })).toEqual({ runs: [] });
      expect((await daemon.startRun({ owner: owner.identity })).proxyPort).not.toBe(started.proxyPort);
      expect(daemon.home.log).toContain('"event":"runs lost"');
    } finally {
      stranger.close();
    }
  });
});
