// A home with real profiles and definitions for the checks: what a daemon would hand them, without one.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { ensureHome } from "../../../../src/config/home.ts";
import { resolvePaths } from "../../../../src/config/paths.ts";
import { systemClock } from "../../../../src/core/clock.ts";
import { Definitions } from "../../../../src/daemon/definitions/definitions.ts";
import { Echoes } from "../../../../src/daemon/doctor/echo/echoes.ts";
import { openSubject, type Subject } from "../../../../src/daemon/doctor/subject.ts";
import type { DaemonParts } from "../../../../src/daemon/parts.ts";
import { Profiles } from "../../../../src/daemon/profiles/profiles.ts";

export function makeParts(change: Partial<DaemonParts> = {}): DaemonParts {
  vi.stubEnv("KEYWARD_KEYCHAIN", "off");
  vi.stubEnv("KEYWARD_PROFILE", "");
  const root = realpathSync(mkdtempSync(join(tmpdir(), "kw-doc-")));
  const paths = resolvePaths({ KEYWARD_HOME: join(root, "h") });
  ensureHome(paths);
  const clock = systemClock;
  const profiles = new Profiles({ paths, clock, onOpen: async () => undefined });
  const echoes = new Echoes({ stateDirectory: paths.state, clock, ownPorts: () => [] });
  onTestFinished(async () => {
    await echoes.closeAll();
    profiles.closeAll();
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });
  const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), trace: vi.fn() };
  const parts = {
    paths,
    clock,
    profiles,
    echoes,
    log,
    definitions: new Definitions(paths),
    proxy: { port: null },
    startedAtMs: clock.nowMs(),
  };
  return { ...parts, ...change } as unknown as DaemonParts;
}

/** With the profile `default` made and open. */
export async function wellSubject(change: Partial<DaemonParts> = {}): Promise<Subject> {
  const parts = makeParts(change);
  await parts.profiles.ensure(null);
  return openSubject(null, parts);
}

export async function lockedSubject(): Promise<Subject> {
  const parts = makeParts();
  await parts.profiles.create(null, { custody: "passphrase", passphrase: "correct horse" });
  await parts.profiles.lock(null);
  return openSubject(null, parts);
}
