// /v1/ingest/runs over real sockets: sent twice, kept once, the good beside the bad; on both engines.
import { expect, it } from "vitest";
import { vaultScene } from "../../../../support/hub/vault-scene.ts";
import { describeOnBothEngines } from "../../../../support/hub/engines.ts";

describeOnBothEngines("uploaded runs", (rig) => {
  const { setUp } = vaultScene(rig);

  it("takes runs twice and keeps them once, and the good beside the bad", async () => {
    const { token } = await setUp();
    const run = { run_id: "run_1", started_at: 1, requests: 3 };
    const sent = await rig().call("POST", "/v1/ingest/runs", { token, body: { runs: [run, { run_id: "../x", started_at: 1 }] } });
    expect(sent.body).toMatchObject({ accepted: 1, duplicates: 0, rejected: [{ index: 1 }] });
    const again = await rig().call("POST", "/v1/ingest/runs", { token, body: { runs: [run] } });
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 1 });
    expect((await rig().call("GET", "/v1/ingest/runs/run_1", { token })).body.record).toEqual(run);
  });
});
