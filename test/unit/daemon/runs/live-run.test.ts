import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/core/connection.ts";
import type { RunRecord } from "../../../../src/core/run.ts";
import { ActiveRun, hashToken } from "../../../../src/daemon/runs/live-run.ts";
import { connection, provider, selection, sources } from "./stored.ts";

const record: RunRecord = {
  id: "run_1",
  tokenHash: hashToken("token"),
  command: "node",
  selection: selection(),
  bound: [],
  layers: [],
  owner: null,
  startedAtMs: 5,
  expiresAtMs: 9,
  network: null,
};

describe("a live run", () => {
  it("knows its token by the hash alone", () => {
    const run = new ActiveRun("default", record, () => ({ ...sources([], []), revision: "1" }));
    expect([run.hasToken("token"), run.hasToken("token "), run.hasToken(""), run.hasToken(record.tokenHash)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(JSON.stringify(run.record)).not.toContain('"token"');
  });

  it("resolves its bindings anew only when something changed", () => {
    let stored: Connection[] = [];
    let revision = "1";
    let asked = 0;
    const openai = provider("openai", [{ name: "key", env: [] }]);
    const run = new ActiveRun("default", record, () => {
      asked++;
      return { ...sources(stored, [openai]), revision };
    });
    expect(run.bindings()).toEqual([]);
    stored = [connection("openai", "default")];
    expect(run.bindings()).toEqual([]);
    revision = "2";
    const bindings = run.bindings();
    expect(bindings).toHaveLength(1);
    expect(run.bindings()).toBe(bindings);
    expect(asked).toBe(4);
  });

  it("is described without its token", () => {
    const run = new ActiveRun("default", record, () => ({ ...sources([], []), revision: "1" }));
    run.countRequest(true);
    expect(run.describe()).toEqual({
      id: "run_1",
      command: "node",
      pid: null,
      startedAtMs: 5,
      expiresAtMs: 9,
      requests: 1,
      denied: 1,
      connections: [],
      level: "L0",
    });
  });

  it("has one connection more from the moment it is bound to it, whatever was chosen at its start", () => {
    const openai = provider("openai", [{ name: "key", env: [] }]);
    const stored = connection("openai", "captured");
    const chosen = { ...record, selection: selection([], ["github"]) };
    const run = new ActiveRun("default", chosen, () => ({ ...sources([stored], [openai]), revision: "1" }));
    expect(run.bindings()).toEqual([]);
    const { name, origins, placeholders } = stored;
    run.bind({ provider: "openai", name, origins, placeholders });
    run.bind({ provider: "openai", name, origins, placeholders });
    expect(run.bindings()).toMatchObject([{ provider: "openai", name: "captured", isDefault: true, connection: stored }]);
    expect(run.record.bound).toHaveLength(1);
    expect(run.captures()).toEqual([]);
    expect(run.captures()).toBe(run.captures());
  });
});
