import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Session } from "../../../../src/control/server.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import { attachRun } from "../../../../src/daemon/runs/attach-run.ts";
import { RestoredRuns } from "../../../../src/daemon/runs/restored-runs.ts";
import { writeRunsMarker } from "../../../../src/daemon/runs/runs-marker.ts";

const OWNER = { pid: process.pid, startedAt: "1" };
const SESSION: Session = { id: 1, onClosed: () => undefined };

/** A daemon that finds one run of before; its profile opens and its port is bound when the test says so. */
function taking() {
  const state = mkdtempSync(join(tmpdir(), "kw-restored-"));
  writeRunsMarker(join(state, "runs.json"), { proxyPort: 4_711, profiles: ["default"] });
  let open: () => void = () => undefined;
  let bind: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const bound = new Promise<void>((resolve) => (bind = resolve));
  const live = new Set<string>();
  const profile = {
    name: "default",
    rememberPlaceholders: () => undefined,
    store: { readFact: () => "4711", runs: { list: () => [{ id: "run_1", bound: [] }] } },
  };
  const restored: RestoredRuns = new RestoredRuns(() => parts as unknown as DaemonParts);
  const proxy = {
    port: null as number | null,
    listen: async (): Promise<void> => {
      await bound;
      proxy.port = 4_711;
    },
  };
  const parts = {
    restored,
    proxy,
    paths: { state },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    profiles: {
      find: async () => {
        await opened;
        await restored.load(profile as unknown as UnlockedProfile);
      },
    },
    runs: {
      load: () => live.add("run_1").size,
      find: (id: string) => (live.has(id) ? { record: { owner: OWNER } } : null),
      profiles: () => new Set(["default"]),
      tie: () => undefined,
    },
    sourcesOf: () => ({}),
  };
  const attach = (runId: string) => attachRun({ runId, owner: OWNER }, { parts: parts as unknown as DaemonParts, session: SESSION });
  return { restored, attach, open, bind };
}

describe("attaching while runs are being taken over", () => {
  it("waits for the profile and for the port, instead of taking the run for ended", async () => {
    const { restored, attach, open, bind } = taking();
    void restored.takeOver();
    const attached = attach("run_1");
    let isSettled = false;
    void attached.then(
      () => (isSettled = true),
      () => (isSettled = true),
    );
    await new Promise(setImmediate);
    open();
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    bind();
    expect(await attached).toEqual({ proxyPort: 4_711 });
  });

  it("says that there is no such run once it is known", async () => {
    const { restored, attach, open, bind } = taking();
    open();
    bind();
    await restored.takeOver();
    await expect(attach("run_2")).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
  });
});
