import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../../../src/core/run.ts";
import { Secret } from "../../../../src/core/secret.ts";
import type { Access } from "../../../../src/store/records/access.ts";
import { RunTable } from "../../../../src/store/records/runs.ts";
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
  network: null,
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

  it("keep the proxy of the user's network, whose URL is a secret outside of the file", () => {
    const { directory, key, store } = tempProfile();
    const url = new Secret("http://user:pass@proxy.corp.test:3128/");
    const network = { proxy: { url, source: "HTTPS_PROXY", noProxy: [".corp.test"] }, caFiles: ["/etc/corp.pem"] };
    store.runs.put({ ...run("run_a", 1), network });
    store.runs.put({ ...run("run_b", 2), network: { proxy: null, caFiles: [] } });
    store.close();
    const again = openProfile({ directory, name: NAME, key });
    const [first, second] = again.runs.list();
    expect(first?.network).toEqual(network);
    expect(first?.network?.proxy?.url.equals(url)).toBe(true);
    expect(JSON.stringify(first)).not.toContain("pass");
    expect(second?.network).toEqual({ proxy: null, caFiles: [] });
    again.close();
  });

  it("of a version without networks have none", () => {
    const { network: _network, ...old } = run("run_a", 1);
    const rows = { prepare: () => ({ pluck: () => ({ all: () => [JSON.stringify(old)] }) }) };
    expect(new RunTable({ db: { open: true, ...rows } } as unknown as Access).list()).toEqual([run("run_a", 1)]);
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
