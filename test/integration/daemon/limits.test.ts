// Starting where the system has nothing left to give: a taken port, no more descriptors. The daemon says so and ends, or goes on without what
// it lost; it never listens anywhere but on 127.0.0.1 and never touches who has the port.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { CLI, runKeyward, runProgram } from "../../support/keyward.ts";
import { DaemonHome } from "./daemon-home.ts";

let home: DaemonHome;
let env: Record<string, string>;
beforeEach(() => {
  home = new DaemonHome();
  env = { ...home.env, KEYWARD_CI: "1" };
});
afterEach(async () => {
  await runKeyward(["daemon", "stop"], { env });
  await home.remove();
});

const portOf = (printed: string): number => Number(new URL((JSON.parse(printed) as Record<string, string>)["HTTPS_PROXY"] ?? "").port);

describe("the proxy's port of before, taken by another program", () => {
  it("is left to it; the runs that need it are told, and new ones get another on 127.0.0.1", async () => {
    const port = portOf((await runKeyward(["run", "--dry-env", "--format", "json"], { env })).stdout);
    await runKeyward(["daemon", "stop"], { env });
    const stranger = createServer((socket) => socket.end("a stranger's")).listen(port, "127.0.0.1");
    await once(stranger, "listening");
    onTestFinished(() => void stranger.close());
    const again = await runKeyward(["run", "--dry-env", "--format", "json"], { env });
    expect(again.exitCode).toBe(0);
    expect(portOf(again.stdout)).not.toBe(port);
    expect(home.log).toContain('"code":"PORT_TAKEN"');
    expect((stranger.address() as AddressInfo).port).toBe(port);
    expect(listeningOn(portOf(again.stdout))).toEqual(["0100007F"]);
  });
});

describe("no more descriptors", () => {
  it.each([26, 28, 30, 34, 40])("with %i at most, a command ends with a reason or works, and nothing is half there", async (limit) => {
    const script = 'ulimit -n "$0"; exec "$@"';
    const done = await runProgram("/bin/sh", ["-c", script, String(limit), process.execPath, CLI, "run", "--", "true"], { env });
    expect(done.exitCode).toBeTypeOf("number");
    if (done.exitCode !== 0) {
      expect(done.stderr).toMatch(/^(?:error: |node:)/);
      expect(done.stderr).not.toContain("INTERNAL");
    }
    // With a limit as it should be the same home works.
    await runKeyward(["daemon", "stop"], { env });
    expect((await runKeyward(["run", "--", "true"], { env })).exitCode).toBe(0);
  });
});

/** Local addresses in LISTEN on this port, by /proc. */
function listeningOn(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A" && fields[1]?.endsWith(`:${wanted}`) === true)
      .map((fields) => fields[1]?.split(":")[0] ?? ""),
  );
}
