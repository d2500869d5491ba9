import { describe, expect, it } from "vitest";
import type { RunNetworkParams } from "../../../../src/control/protocol.ts";
import { ancestorsOf, identifyProcess } from "../../../../src/core/process-identity.ts";
import type { RunNetwork } from "../../../../src/core/run.ts";
import { Secret } from "../../../../src/core/secret.ts";
import type { ActiveRun } from "../../../../src/daemon/runs/live-run.ts";
import { judgeNetwork } from "../../../../src/daemon/runs/run-network.ts";

const asker = identifyProcess(process.pid)!;
const said: RunNetworkParams = {
  asker,
  within: null,
  proxy: { url: "http://u:p@evil.test:1/", source: "HTTPS_PROXY", noProxy: ["x.test"] },
  caFiles: ["/tmp/evil.pem"],
};
const outer: RunNetwork = { proxy: { url: new Secret("http://corp.test:1/"), source: "HTTPS_PROXY", noProxy: [] }, caFiles: [] };
const run = (network: RunNetwork | null): ActiveRun => ({ record: { network } }) as unknown as ActiveRun;
const nobody = { find: () => null, ownedBy: () => null };

describe("what a new run may take from its environment", () => {
  it("is all of it outside of runs, the proxy's URL as a secret", () => {
    const network = judgeNetwork(said, nobody);
    expect(network).toMatchObject({ caFiles: ["/tmp/evil.pem"], proxy: { source: "HTTPS_PROXY", noProxy: ["x.test"] } });
    expect(network?.proxy?.url.equals(new Secret("http://u:p@evil.test:1/"))).toBe(true);
    expect(JSON.stringify(network)).not.toContain("u:p");
    expect(judgeNetwork(null, nobody)).toBeNull();
  });

  it("is the outer run's for a process below its owner, whatever the process says", () => {
    const parent = ancestorsOf(process.pid)[0];
    const runs = { find: () => run(null), ownedBy: (pid: number) => (pid === parent ? run(outer) : null) };
    expect(judgeNetwork({ ...said, within: "run_x" }, runs)).toBe(outer);
  });

  it("is that of the run whose environment it is, or nothing when that one is over", () => {
    expect(judgeNetwork({ ...said, within: "run_x" }, { ...nobody, find: (id) => (id === "run_x" ? run(outer) : null) })).toBe(outer);
    expect(judgeNetwork({ ...said, within: "run_gone" }, nobody)).toBeNull();
  });

  it("is nothing for one that is not who it says", () => {
    expect(judgeNetwork({ ...said, asker: { ...asker, startedAt: "0" } }, nobody)).toBeNull();
  });
});
