import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KeywardError } from "../../../../../src/core/errors.ts";
import { keyward } from "../../../../support/cli/fake-world.ts";
import { ANSWERS } from "../../../../support/cli/sample-answers.ts";

/** A keyward that answers what the script asks for. */
function stub(): string {
  const directory = mkdtempSync(join(tmpdir(), "kw-complete-"));
  writeFileSync(join(directory, "keyward"), '#!/bin/sh\n[ "$3" = connections ] && printf "default\\nwork\\n"\nexit 0\n', { mode: 0o755 });
  return directory;
}

const DIRECTORY = stub();
const PATH = `${DIRECTORY}:${process.env["PATH"] ?? ""}`;

async function script(shell: string): Promise<string> {
  const done = await keyward(["completion", shell], { answers: ANSWERS });
  expect(done).toMatchObject({ status: 0, stderr: "" });
  return done.stdout;
}

async function bash(words: readonly string[]): Promise<string[]> {
  writeFileSync(join(DIRECTORY, "c.bash"), await script("bash"));
  const line = words.map((word) => `'${word}'`).join(" ");
  const program = `source '${DIRECTORY}/c.bash'; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _keyward; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const done = spawnSync("bash", ["--norc", "-c", program], { encoding: "utf8", env: { PATH } });
  expect(done.stderr).toBe("");
  return done.stdout.split("\n").filter((word) => word !== "");
}

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

describe("completion bash", () => {
  it.each([
    [["keyward", "cre"], ["creds"]],
    [["keyward", "creds", "ch"], ["check"]],
    [["keyward", "--json", "creds", "ch"], ["check"]],
    [["keyward", "--profile", "work", "creds", "ch"], ["check"]],
    [["keyward", "login", "open"], ["openai"]],
    [
      ["keyward", "creds", "check", "--kind", ""],
      ["llm", "integration", "marketplace", "local"],
    ],
    [["keyward", "creds", "check", "--provider", "op"], ["openai"]],
    [
      ["keyward", "login", "openai", "--connection", ""],
      ["default", "work"],
    ],
    [["keyward", "config", "get", "ui."], ["ui.port"]],
    [["keyward", "completion", "z"], ["zsh"]],
    [["keyward", "run", "--", "x"], []],
  ])("completes %j", async (words, expected) => {
    expect(await bash(words)).toEqual(expected);
  });

  it("offers a command's options", async () => {
    expect(await bash(["keyward", "creds", "check", "--"])).toEqual(
      expect.arrayContaining(["--provider", "--air-gap", "--json", "--help"]),
    );
  });
});

describe("completion of other shells", () => {
  it.runIf(has("zsh"))("is sound zsh", async () => {
    writeFileSync(join(DIRECTORY, "c.zsh"), await script("zsh"));
    expect(spawnSync("zsh", ["-n", join(DIRECTORY, "c.zsh")], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it.runIf(has("fish"))("is sound fish that completes", async () => {
    writeFileSync(join(DIRECTORY, "c.fish"), await script("fish"));
    const ask = (line: string): string[] => {
      const done = spawnSync("fish", ["--no-config", "-c", `source ${DIRECTORY}/c.fish; complete -C '${line}'`], {
        encoding: "utf8",
        env: { PATH, HOME: DIRECTORY },
      });
      return done.stdout.split("\n").map((text) => text.split("\t")[0] ?? "");
    };
    expect(ask("keyward cre")).toContain("creds");
    expect(ask("keyward creds ch")).toContain("check");
    expect(ask("keyward login open")).toContain("openai");
  });

  it("names every command in every script", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const text = await script(shell);
      for (const word of ["creds", "check", "allow", "--air-gap", "openai"]) expect(text).toContain(word.replace(/^--/, ""));
    }
  });

  it("refuses another shell", async () => {
    expect((await keyward(["completion", "tcsh"], { answers: ANSWERS })).status).toBe(2);
    expect((await keyward(["completion"], { answers: ANSWERS })).status).toBe(2);
  });
});

describe("completion", () => {
  it("disturbs no new shell where no daemon can be had: the script lacks the ids of providers", async () => {
    const failing = (): never => {
      throw new KeywardError("HOME_UNUSABLE", "cannot create /h (EROFS)");
    };
    const done = await keyward(["completion", "bash"], { answers: { "creds.catalogue": failing } });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(done.stdout).toContain("complete -F _keyward keyward");
    expect(spawnSync("bash", ["-n"], { input: done.stdout, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe("completion --names", () => {
  it("prints names, one a line", async () => {
    expect((await keyward(["completion", "--names", "references"], { answers: ANSWERS })).stdout).toContain("openai=work\n");
    expect((await keyward(["completion", "--names", "profiles"], { answers: ANSWERS })).stdout).toBe("default\nwork\n");
  });

  it("is silent without a daemon, and starts none", async () => {
    expect(await keyward(["completion", "--names", "connections"], { daemonRuns: false })).toMatchObject({
      status: 0,
      stdout: "",
      stderr: "",
      calls: [],
    });
  });
});
