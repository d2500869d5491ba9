import { describe, expect, it } from "vitest";
import { keyward } from "../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../support/cli/sample-answers.ts";

describe("daemon", () => {
  it("tells that none runs without starting one", async () => {
    expect(await keyward(["daemon", "status"], { daemonRuns: false })).toMatchObject({ status: 0, calls: [] });
    expect((await keyward(["daemon", "status", "--json"], { daemonRuns: false })).stdout).toBe('{"running":false}\n');
    expect(await keyward(["daemon", "stop"], { daemonRuns: false })).toMatchObject({
      status: 0,
      stdout: "the daemon is not running\n",
      calls: [],
    });
  });

  it("stops it over the socket and says that live runs bring it back", async () => {
    const done = await keyward(["daemon", "stop"], { answers: ANSWERS });
    expect(done.calls.map(({ method }) => method)).toEqual(["daemon.status", "daemon.stop"]);
    expect(done.stderr).toContain("1 live run(s) will start it again");
  });
});
