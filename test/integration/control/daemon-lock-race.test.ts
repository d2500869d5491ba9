import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const dist = (path: string): string => JSON.stringify(new URL(`../../../dist/${path}`, import.meta.url).href);

describe("the daemon lock", () => {
  it("left over is taken by exactly one of many who come at once", async () => {
    const program = `
      import { takeLock } from ${dist("control/daemon-lock.js")};
      import { identifyProcess } from ${dist("core/process-identity.js")};
      process.stdin.once("data", () => {
        const outcome = takeLock(process.argv[1], { ...identifyProcess(process.pid), socket: "/s", version: "1.0.0" });
        process.stdout.write(outcome.taken ? "taken" : "held:" + outcome.holder.pid);
      });
      process.stdout.write("ready ");`;
    const path = join(mkdtempSync(join(tmpdir(), "kw-lock-")), "daemon.lock");
    writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: "1", socket: "/s", version: "1.0.0" }));
    const racers = Array.from({ length: 8 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", program, path], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    try {
      await Promise.all(racers.map((racer) => once(racer.stdout, "data")));
      const answers = racers.map((racer) => once(racer.stdout, "data"));
      for (const racer of racers) racer.stdin.write("go");
      const said = (await Promise.all(answers)).map(([data]) => String(data));
      expect(said.filter((text) => text === "taken")).toHaveLength(1);
      const winner = racers[said.indexOf("taken")]!;
      expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: winner.pid });
      for (const text of said.filter((one) => one !== "taken")) expect(text).toBe(`held:${winner.pid}`);
    } finally {
      for (const racer of racers) racer.kill("SIGKILL");
    }
  });
});
