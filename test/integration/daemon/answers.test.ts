// scripts/answers.mjs with little bombs: what swells or never ends costs the real daemon little, over HTTP/1.1 and HTTP/2.
import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("that swell a thousandfold cost next to nothing, and nobody waits for them", { timeout: 240_000 }, () => {
  const args = ["scripts/answers.mjs", "--only", "bombs", "--scale", "0.004", "--wait-ms", "15000"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 230_000 });
  expect([status, stderr]).toEqual([0, ""]);
  const lines = stdout.trim().split("\n").slice(1);
  expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([]);
  expect(lines).toHaveLength(18);
  // Nothing of a bomb gets through but of the one that is to be read to its end.
  const through = lines.filter((line) => line.includes("200, whole"));
  expect(through.map((line) => line.slice(5, 31))).toEqual(["gzip, just below the limit", "gzip, just below the limit"]);
});
