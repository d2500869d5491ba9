// A program known not to work through the proxy is started all the same, after one line that says so; no other program is spoken of.
import { chmodSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  chmodSync(scene.home.write("wget2", "#!/bin/sh\necho started\n"), 0o755);
});
afterAll(() => scene.close());

const lines = (stderr: string): string[] => stderr.split("\n").filter((line) => line.includes("wget2"));

describe("a program with a known limit", () => {
  it("is not spoken of while nothing is bound: other hosts work for it", async () => {
    const done = await scene.home.run(["run", "--", "./wget2"]);
    expect(done).toMatchObject({ exitCode: 0, stdout: "started\n" });
    expect(lines(done.stderr)).toEqual([]);
  });

  it("is started after one line of warning", async () => {
    await scene.login("openai");
    const done = await scene.home.run(["run", "--", "./wget2"]);
    expect(done).toMatchObject({ exitCode: 0, stdout: "started\n" });
    expect(lines(done.stderr)).toEqual([expect.stringMatching(/^warning: wget2 gets no key through keyward as it is: it .+; use /)]);
  });

  it("is the only one that is warned of", async () => {
    const done = await scene.home.run(["run", "--", "sh", "-c", "echo wget2"]);
    expect(done).toMatchObject({ exitCode: 0, stdout: "wget2\n" });
    expect(lines(done.stderr)).toEqual([]);
  });
});
