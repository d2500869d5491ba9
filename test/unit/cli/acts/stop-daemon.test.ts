import { describe, expect, it } from "vitest";
import { stopDaemon } from "../../../../src/cli/acts/stop-daemon.ts";
import type { Context } from "../../../../src/cli/context.ts";
import type { ErrorCode } from "../../../../src/core/error-table.ts";
import { KeywardError } from "../../../../src/core/errors.ts";
import { type Answers, type Call, fakeControl, keyward } from "../../../support/cli/fake-world.ts";
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

  const ending = (code: ErrorCode) => () => {
    throw new KeywardError(code, "no");
  };

  /** Finds these daemons one after the other, then none. */
  function stopping(...found: Answers[]) {
    const calls: Call[] = [];
    const left = found.map((answers) => fakeControl({ ...ANSWERS, ...answers }, calls));
    const world = { find: async () => left.shift() ?? null, nowMs: () => 0 };
    return { calls, stopped: stopDaemon({ world, paths: {} } as unknown as Context) };
  }

  it.each(["DAEMON_GONE", "DAEMON_UNREACHABLE"] as const)("that somebody else is just ending is no failure (%s)", async (code) => {
    expect(await stopping({ "daemon.status": ending(code) }).stopped).toBeNull();
    expect(await stopping({ "daemon.stop": ending(code) }).stopped).toEqual(ANSWERS["daemon.status"]);
  });

  it("that is another one after that is stopped as well", async () => {
    const { calls, stopped } = stopping({ "daemon.status": ending("DAEMON_GONE") }, {});
    expect(await stopped).toEqual(ANSWERS["daemon.status"]);
    expect(calls.map(({ method }) => method)).toEqual(["daemon.status", "daemon.status", "daemon.stop"]);
  });
});
