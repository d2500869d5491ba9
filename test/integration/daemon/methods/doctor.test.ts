// The diagnosis of a real daemon, over its socket: checks, an echo for real clients, and nothing left behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildChildEnvironment } from "../../../../src/child/environment.ts";
import type { RunStarted } from "../../../../src/control/protocol.ts";
import { describeWithClients } from "../../../support/clients.ts";
import { useDaemon } from "../living-daemon.ts";

const daemon = useDaemon();

describe("doctor.check", () => {
  it("is well in a new home and makes no profile", async () => {
    const { checks } = await daemon.client.call("doctor.check", { profile: null });
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(await daemon.client.call("daemon.status", {})).toMatchObject({ profileState: "absent", proxyPort: null, liveRuns: 0 });
  });

  it("is well with a connection, and leaves no record, run or file", async () => {
    await daemon.store();
    const before = [await daemon.auditEntries(), readdirSync(daemon.home.paths.state)];
    const { checks } = await daemon.client.call("doctor.check", { profile: null });
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    expect([await daemon.auditEntries(), readdirSync(daemon.home.paths.state)]).toEqual(before);
    expect(await daemon.connections()).toEqual(["openai=default*"]);
  });
});

describe("doctor.open", () => {
  it("ends with the connection that asked for it", async () => {
    const second = await daemon.home.connect();
    const { directory } = await second.call("doctor.open", { profile: null, clients: ["curl"] });
    expect(readdirSync(directory)).not.toEqual([]);
    second.close();
    await expect.poll(() => readdirSync(daemon.home.paths.state).filter((name) => name.startsWith("doctor-"))).toEqual([]);
  });
});

describeWithClients(["curl"], "doctor.open with curl", () => {
  /** curl with what a run would give it, and nothing else of this process. */
  async function curl(started: RunStarted, directory: string, url: string): Promise<void> {
    const inherited = { PATH: process.env["PATH"], HOME: directory };
    const { env } = buildChildEnvironment({ inherited, started, keepEnv: [], stateDirectory: directory });
    const [key] = Object.values(started.env);
    const child = spawn("curl", ["-sS", "--max-time", "15", "-H", `Authorization: Bearer ${key}`, url], { env, stdio: "ignore" });
    await once(child, "exit");
  }

  it("sees that it is routed, trusts the profile's authority and is given the credential", async () => {
    await daemon.store();
    const { echoId, host, directory, runs } = await daemon.client.call("doctor.open", { profile: null, clients: ["curl", "wget"] });
    await curl(runs[0]?.started as RunStarted, directory, `https://${host}/probe/curl`);
    const { seen } = await daemon.client.call("doctor.finish", { echoId });
    expect(seen).toEqual([
      { client: "curl", routed: true, trusted: true, injected: true, why: null },
      { client: "wget", routed: false, trusted: false, injected: false, why: null },
    ]);
  });
});
