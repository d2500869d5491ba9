import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../../src/core/run.ts";
import { openProfile } from "../../../../src/store/open-profile.ts";
import { NAME, tempProfile } from "../temp-profile.ts";

const run = (id: string, startedAtMs: number): RunRecord => ({
  id,
  tokenHash: "ab".repeat(32),
  command: "node",
  selection: { connections: [{ provider: "openai", name: "work" }], providers: ["github"] },
  bound: [{ provider: "openai", name: "work", origins: [{ host: "api.openai.com", port: 443 }], placeholders: { key: "ph" } }],
  layers: [{ allow: [], deny: ["*.example.com"], denyUnmatched: true, rules: [{ provider: "github", methods: ["GET"], path: "/**" }] }],
  owner: { pid: 12, startedAt: "34" },
  startedAtMs,
  expiresAtMs: null,
});

describe("runs", () => {
  it("come back whole after the store was opened again, oldest first", () => {
    const { directory, key, store } = tempProfile();
    store.runs.put(run("run_b", 2));
    store.runs.put(run("run_a", 1));
    store.close();
    const again = openProfile({ directory, name: NAME, key });
    expect(again.runs.list()).toEqual([run("run_a", 1), run("run_b", 2)]);
    again.close();
  });

  it("are replaced by id and can be removed twice", () => {
    const { store } = tempProfile();
    store.runs.put(run("run_a", 1));
    store.runs.put({ ...run("run_a", 1), command: "python3" });
    expect(store.runs.list().map(({ command }) => command)).toEqual(["python3"]);
    store.runs.remove("run_a");
    store.runs.remove("run_a");
    expect(store.runs.list()).toEqual([]);
  });
});
