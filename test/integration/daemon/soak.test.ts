// The soak (scripts/soak.mjs) in a few seconds, in both of its forms: that it works and that nothing fails in it. And its judge: a broken bound
// ends it with 1, noise does not.
import { describe, expect, it } from "vitest";
import { judge } from "../../../scripts/soak/judge.mjs";
import { runProgram } from "../../support/keyward.ts";

const MINUTE_MS = 60_000;
const look = { atMs: 0, rss: 80e6, heapUsed: 20e6, external: 3e6, descriptors: 30, timers: 1 };
const requests = { name: "requests", requests: 9, shareOfRate: 0.98, errors: 0, wrongKeys: 0, messages: [] };

/** Sixty looks over so many minutes; memory wavers by `noiseMb` and grows by `leakMb` an hour. */
function samplesOf({ minutes, leakMb = 0, noiseMb = 1, seed = 1 }: { minutes: number; leakMb?: number; noiseMb?: number; seed?: number }) {
  let state = seed;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: 60 }, (_, at) => {
    const atMs = (minutes * MINUTE_MS * (at + 1)) / 60;
    const more = ((leakMb * atMs) / 3_600_000 + noiseMb * (random() + random() - 1)) * 1e6;
    return { ...look, atMs, heapUsed: look.heapUsed + more, rss: look.rss + more };
  });
}

describe("a soak", () => {
  // So few requests a second that a busy machine can carry them: how many the daemon carries is the whole soak's to say.
  it.each([
    [
      "with rotations, logouts and restarts",
      ["--minutes", "0.12", "--runs", "2", "--connections", "2", "--rps", "5"],
      "disturbances: restarts",
    ],
    [
      "of a crowd",
      ["--crowd", "--minutes", "0.1", "--runs", "2", "--connections", "2", "--streams", "10", "--rps", "5"],
      "streams: opened",
    ],
  ])("%s, of some seconds, breaks no bound", { timeout: 300_000 }, async (_what, args, told) => {
    const env = { PATH: process.env["PATH"] };
    const done = await runProgram(process.execPath, ["scripts/soak.mjs", ...args], { env, limitMs: 280_000 });
    expect(`${done.exitCode} ${done.stdout}`).toContain("soak: every bound was met");
    expect(done.exitCode).toBe(0);
    expect(done.stdout).toMatch(/requests: wrongKeys +\| 0 /);
    expect(done.stdout).toMatch(new RegExp(`${told} +\\| [1-9]`));
  });

  it("knows its options, and ends with 2 for others", async () => {
    for (const args of [["--minutes", "none"], ["--streams", "10"], ["--crowd", "--disturb"], ["--leak"]]) {
      const done = await runProgram(process.execPath, ["scripts/soak.mjs", ...args], { env: { PATH: process.env["PATH"] } });
      expect({ args, status: done.exitCode, usage: done.stderr.includes("npm run soak -- [options]") }).toEqual({
        args,
        status: 2,
        usage: true,
      });
    }
  });
});

describe("a soak of ten minutes", () => {
  const good = { idle: look, samples: samplesOf({ minutes: 10 }), after: look, figures: [requests], clients: 100 };
  const wordsOf = (change: object): string[] =>
    judge({ ...good, ...change })
      .rows.filter(({ isMet }) => !isMet)
      .map(({ what }) => what);

  it.each([
    ["an error", { figures: [{ ...requests, errors: 1 }] }, "requests: errors"],
    ["an answer with another key", { figures: [{ ...requests, wrongKeys: 1 }] }, "requests: wrongKeys"],
    [
      "a daemon too starved to be soaked",
      { figures: [{ ...requests, shareOfRate: 0.3 }] },
      "requests: share of the rate that was asked for",
    ],
    ["a leak of a tenth of a kilobyte a request", { samples: samplesOf({ minutes: 10, leakMb: 36 }) }, "heap, MB more an hour"],
    [
      "descriptors that grow",
      { samples: good.samples.map((sample, at) => ({ ...sample, descriptors: at * 5 })) },
      "descriptors at most, above those at first",
    ],
    ["descriptors that stay", { after: { ...look, descriptors: 40 } }, "descriptors afterwards, above those at first"],
  ])("is broken by %s", (_what, change, word) => {
    expect(wordsOf({})).toEqual([]);
    expect(wordsOf(change)).toContain(word);
  });

  it("is not broken by memory that wavers, whichever way it happens to", () => {
    const broken = Array.from({ length: 200 }, (_, at) => wordsOf({ samples: samplesOf({ minutes: 10, noiseMb: 6, seed: at * 7 + 1 }) }));
    expect(broken.filter((words) => words.length > 0).length).toBeLessThan(6);
  });

  it("of eight hours finds six megabytes an hour, and not four", () => {
    expect(wordsOf({ samples: samplesOf({ minutes: 480, leakMb: 6 }) })).toEqual([
      "heap, MB more an hour",
      "resident memory, MB more an hour",
    ]);
    expect(wordsOf({ samples: samplesOf({ minutes: 480, leakMb: 4 }) })).toEqual([]);
  });
});
