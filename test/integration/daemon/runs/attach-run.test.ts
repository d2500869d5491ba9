import { describe, expect, it } from "vitest";
import { refusal, self, useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("attaching to a run", () => {
  it("is for its owner of record alone", async () => {
    const owner = daemon.startOwner();
    const { runId, proxyPort } = await daemon.startRun({ owner: owner.identity });
    const attach = (id: string, by = owner.identity) => daemon.client.call("run.attach", { runId: id, owner: by });
    expect(await attach(runId)).toEqual({ proxyPort });
    expect(await refusal(attach(runId, self))).toMatchObject({ code: "RUN_UNKNOWN" });
    expect(await refusal(attach(runId, { ...owner.identity, startedAt: "1" }))).toMatchObject({ code: "RUN_UNKNOWN" });
    expect(await refusal(attach("run_nope"))).toMatchObject({ code: "RUN_UNKNOWN" });
  });

  it("to a run without an owner is not possible", async () => {
    const { runId } = await daemon.startRun({ owner: null, ttlMs: 60_000 });
    expect(await refusal(daemon.client.call("run.attach", { runId, owner: self }))).toMatchObject({ code: "RUN_UNKNOWN" });
  });

  it("ties the run to the new connection: it ends with that one and its owner", async () => {
    const owner = daemon.startOwner();
    const { runId } = await daemon.startRun({ owner: owner.identity });
    const second = await daemon.home.connect();
    await second.call("run.attach", { runId, owner: owner.identity });
    owner.child.kill("SIGKILL");
    second.close();
    await expect.poll(async () => (await daemon.client.call("run.list", { profile: null })).runs).toEqual([]);
  });
});
