// A CI machine: nobody to ask, keys in the environment of a step, and nothing left when it is over. Runs the example of docs/ci.md as it stands.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { watch } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertNoSecret } from "../support/assert-no-secret.ts";
import { CLI, type Finished, runProgram, spawnProgram } from "../support/keyward.ts";
import { makeKey, openScene, type Scene } from "../support/scene.ts";
import { outputMatching, withLimit } from "../support/wait.ts";

const DOC = readFileSync(new URL("../../docs/ci.md", import.meta.url), "utf8");
const [, EXAMPLE = ""] = DOC.split(/^## /m).filter((part) => /^(?:#|GitHub Actions)/.test(part));
const STEPS = [...EXAMPLE.matchAll(/^ +run: (npx keyward .*)$/gm)].map(([, line = ""]) => line);

let scene: Scene;
let runtime: string;
const openai = makeKey("openai");
const github = makeKey("github");
const outputs: string[] = [];

beforeAll(async () => {
  scene = await openScene({ hosts: ["api.openai.com", "api.github.com"] });
  runtime = join(scene.home.root, "runtime");
  mkdirSync(runtime, { mode: 0o700 });
  mkdirSync(join(scene.home.root, "bin"));
  const shim = (name: string, text: string): void =>
    writeFileSync(join(scene.home.root, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  shim("npx", `shift; exec '${process.execPath}' '${CLI}' "$@"`);
  shim("npm", `exec '${process.execPath}' '${join(scene.home.work, "agent.mjs")}'`);
  scene.home.write(
    "agent.mjs",
    `const ask = (url, key) => fetch(url, { headers: { authorization: "Bearer " + process.env[key] } }).then((answer) => answer.status);
     console.log(await ask("https://api.openai.com/v1/models", "OPENAI_API_KEY"), await ask("https://api.github.com/user", "GITHUB_TOKEN"));
     console.log(JSON.stringify({ a: process.env.OPENAI_API_KEY, b: process.env.GITHUB_TOKEN, c: process.env.COPY }));`,
  );
});
afterAll(() => scene.close());

function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ...scene.home.env,
    PATH: `${join(scene.home.root, "bin")}:${scene.home.env["PATH"] ?? ""}`,
    CI: "true",
    GITHUB_ACTIONS: "true",
    RUNNER_TEMP: join(scene.home.root, "runner"),
    XDG_RUNTIME_DIR: runtime,
    KEYWARD_EPHEMERAL: "1",
    ...more,
  };
}

async function step(line: string, env: Readonly<Record<string, string>>): Promise<Finished> {
  const done = await runProgram("bash", ["-e", "-c", line], { cwd: scene.home.work, env });
  outputs.push(done.stdout, done.stderr);
  return done;
}

function expectNothingLeft(): void {
  expect(readdirSync(runtime)).toEqual([]);
  expect(existsSync(join(scene.home.path, "profiles"))).toBe(false);
  expect(scene.home.daemonPids()).toEqual([]);
  assertNoSecret({ canaries: [openai, github], texts: outputs, directories: [scene.home.root] });
}

describe("the GitHub Actions example", () => {
  it("has a check and a run", () => expect(STEPS).toHaveLength(2));

  it("checks, runs with placeholders, reaches the upstream with the real keys, and leaves nothing", async () => {
    const keys = { OPENAI_API_KEY: openai, GITHUB_TOKEN: github, COPY: openai };
    const [check = "", run = ""] = STEPS;
    expect(await step(check, environment(keys))).toMatchObject({ exitCode: 0 });
    const done = await step(run, environment(keys));
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("200 200\n") as string });
    expect(scene.upstream.requests.slice(-2).map(({ headers }) => headers["authorization"])).toEqual([
      `Bearer ${openai}`,
      `Bearer ${github}`,
    ]);
    const seen = JSON.parse(done.stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, string>;
    expect(seen["a"]).toMatch(/^sk-/);
    expect(seen["a"]).not.toBe(openai);
    expect(seen["c"]).toBe(seen["a"]);
    expectNothingLeft();
  });

  it("ends with 7 when a secret of the repository is not set", async () => {
    expect(await step(STEPS[0] ?? "", environment({ OPENAI_API_KEY: openai }))).toMatchObject({ exitCode: 7 });
    expectNothingLeft();
  });
});

describe("a machine without a home", () => {
  it("binds values all the same, and keeps nothing", async () => {
    const { HOME: _h, KEYWARD_HOME: _k, KEYWARD_EPHEMERAL: _e, ...env } = environment({ OPENAI_API_KEY: openai });
    const done = await step("npx keyward run --from-env OPENAI_API_KEY -- sh -c 'test -n \"$OPENAI_API_KEY\" && echo started'", env);
    expect(done).toMatchObject({ exitCode: 0, stdout: "started\n" });
    expectNothingLeft();
  });
});

describe("a program that outlives its run", () => {
  it("still starts Node when the temporary home is gone", async () => {
    const left = join(scene.home.root, "left");
    const wait = `while [ -e "$NODE_EXTRA_CA_CERTS" ]; do sleep 0.05; done; node -e 'console.log("alive")' >${left}.new 2>&1; mv ${left}.new ${left}`;
    const line = `npx keyward run --from-env OPENAI_API_KEY -- sh -c '(${wait.replaceAll("'", `'\\''`)}) >/dev/null 2>&1 &'`;
    expect(await step(line, environment({ OPENAI_API_KEY: openai }))).toMatchObject({ exitCode: 0 });
    await expect.poll(() => existsSync(left)).toBe(true);
    expect(readFileSync(left, "utf8")).toMatch(/^alive$/m);
    expectNothingLeft();
  });
});

describe("an end by a signal", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)("of %s leaves nothing behind", async (signal) => {
    const words = [CLI, "run", "--from-env", "OPENAI_API_KEY", "--", "sh", "-c", "echo up; exec sleep 60"];
    const live = spawnProgram(process.execPath, words, { cwd: scene.home.work, env: environment({ OPENAI_API_KEY: openai }) });
    await outputMatching(live.child.stdout, /up/);
    const [home = ""] = readdirSync(runtime);
    expect(home).toMatch(/^keyward-/);
    const gone = removal(home);
    live.child.kill(signal);
    await withLimit(gone, "the temporary home to be removed");
    live.child.stdout.destroy();
    expectNothingLeft();
  });
});

/** When the entry is no longer in the runtime directory. */
function removal(name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(runtime, () => {
      if (existsSync(join(runtime, name))) return;
      watcher.close();
      resolve();
    });
  });
}
