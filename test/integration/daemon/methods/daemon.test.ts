import { describe, expect, it } from "vitest";
import { withLimit } from "../../../support/wait.ts";
import { useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("the daemon", () => {
  it("tells what it holds", async () => {
    const status = () => daemon.client.call("daemon.status", {});
    expect(await status()).toMatchObject({ profile: "default", profileState: "absent", custody: null, proxyPort: null, liveRuns: 0 });
    await daemon.store();
    const { proxyPort } = await daemon.startRun();
    expect(await status()).toMatchObject({ profileState: "unlocked", custody: "file", proxyPort, liveRuns: 1, pid: daemon.home.pid });
    daemon.home.set({ profile: "work" });
    expect(await status()).toMatchObject({ profile: "work", profileState: "absent" });
  });

  it("answers before it stops", async () => {
    expect(await daemon.client.call("daemon.stop", {})).toEqual({});
    await withLimit(daemon.client.closed, "the end");
  });
});
