// The gateway's own process, started by the command line: it listens, answers, and ends when told.
import { existsSync, statSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { TempHome } from "../../../support/temp-home.ts";
import { outputMatching } from "../../../support/wait.ts";

describe("keyward gateway", () => {
  it("makes its authority, tells where it is, and ends with 0 on SIGTERM", async () => {
    const home = new TempHome();
    onTestFinished(() => home.remove());
    const serving = home.spawn(["gateway", "--hub", "http://127.0.0.1:9", "--listen", "127.0.0.1:0"]);
    const [, port = "", certificate = ""] = await outputMatching(serving.child.stderr, /listens on port (\d+); programs trust (\S+)/);
    expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe("ok\n");
    expect([existsSync(certificate), statSync(certificate.replace(/\.crt$/, "")).mode & 0o777]).toEqual([true, 0o600]);
    serving.child.kill("SIGTERM");
    expect((await serving.finished).exitCode).toBe(0);
  });

  it.each([
    [[], 2],
    [["--hub", "http://hub.example.com"], 2],
    [["--hub", "https://hub.example.com", "--listen", "nowhere"], 2],
  ])("does not start with %j", async (args, status) => {
    const home = new TempHome();
    onTestFinished(() => home.remove());
    expect((await home.run(["gateway", ...args])).exitCode).toBe(status);
  });
});
