// The soak (scripts/soak.mjs) in a few seconds: that it works, that nothing fails in it, and that a broken bound would end it with 1.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { judge } from "../../../scripts/soak/judge.mjs";

const look = { atMs: 0, rss: 80e6, heapUsed: 20e6, external: 3e6, descriptors: 30, timers: 1 };
const samples = Array.from({ length: 60 }, (_, at) => ({ ...look, atMs: at * 10_000 }));
const requests = { name: "requests", requests: 9, errors: 0, wrongKeys: 0, messages: [] };

describe("a soak", () => {
  it("of some seconds breaks no bound", { timeout: 240_000 }, () => {
    const args = ["scripts/soak.mjs", "--minutes", "0.1", "--runs", "3", "--connections", "2", "--streams", "10", "--rps", "50"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 230_000 });
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    expect(stdout).toMatch(/requests: wrongKeys +\| 0 /);
    expect(stdout).not.toContain("BROKEN");
  });

  it.each([
    ["an error", { figures: [{ ...requests, errors: 1 }] }],
    ["an answer with another key", { figures: [{ ...requests, wrongKeys: 1 }] }],
    ["memory that grows", { samples: samples.map((sample, at) => ({ ...sample, rss: sample.rss + at * 1e6 })) }],
    ["descriptors that stay", { after: { ...look, descriptors: 90 } }],
  ])("is broken by %s", (_what, change) => {
    const good = { idle: look, samples, after: look, figures: [requests] };
    expect(judge(good).isGood).toBe(true);
    expect(judge({ ...good, ...change }).isGood).toBe(false);
  });
});
