import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../../../../src/core/clock.ts";
import { Echoes } from "../../../../../src/daemon/doctor/echo/echoes.ts";

function makeEchoes(): { echoes: Echoes; stateDirectory: string } {
  const stateDirectory = mkdtempSync(join(tmpdir(), "kw-echoes-"));
  const echoes = new Echoes({ stateDirectory, clock: systemClock, ownPorts: () => [] });
  onTestFinished(async () => {
    await echoes.closeAll();
    rmSync(stateDirectory, { recursive: true, force: true });
  });
  return { echoes, stateDirectory };
}

describe("open diagnoses", () => {
  it("have a private directory each and take it with them", async () => {
    const { echoes, stateDirectory } = makeEchoes();
    const held = await echoes.open(null, ["curl", "git"]);
    const opened = echoes.describe(held);
    expect(opened.runs.map(({ client }) => client)).toEqual(["curl", "git"]);
    expect(statSync(opened.directory).mode & 0o777).toBe(0o700);
    expect(existsSync(opened.runs[0]?.started.caCertificatePath ?? "")).toBe(true);
    expect(echoes.count).toBe(1);
    expect(await echoes.finish(opened.echoId)).toHaveLength(2);
    expect(echoes.count).toBe(0);
    expect(readdirSync(stateDirectory)).toEqual([]);
    await expect(echoes.finish(opened.echoId)).rejects.toMatchObject({ code: "USAGE" });
    await echoes.close(opened.echoId);
  });

  it("sweep up what a killed daemon left, and nothing of a living one", async () => {
    const { echoes, stateDirectory } = makeEchoes();
    mkdirSync(join(stateDirectory, "doctor-left"));
    const first = await echoes.open(null, []);
    const second = await echoes.open(null, []);
    expect(readdirSync(stateDirectory).sort()).toEqual(
      [first.directory, second.directory].map((path) => path.slice(stateDirectory.length + 1)).sort(),
    );
  });

  it("are not opened without end", async () => {
    const { echoes } = makeEchoes();
    for (let i = 0; i < 8; i++) await echoes.open(null, []);
    await expect(echoes.open(null, [])).rejects.toMatchObject({ code: "USAGE" });
  });
});
