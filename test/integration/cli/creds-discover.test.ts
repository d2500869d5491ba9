// What other tools keep, found by the real command: in a shell, on a terminal, and taken over by a real daemon.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CLI, runProgram } from "../../support/keyward.ts";
import { TempHome } from "../../support/temp-home.ts";

const home = new TempHome({ settings: { "secrets.cache_seconds": 0 } });
afterAll(() => home.remove());

const letters = (): string => randomBytes(20).toString("hex");
const put = (name: string, content: unknown): void => {
  const path = join(home.root, "user", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
};
const openai = ["sk", letters()].join("-");
const session = (token: string) => ({ token, refreshToken: letters(), expiresAt: Math.floor(Date.now() / 1000) + 3600 });
const VERCEL = ".local/share/com.vercel.cli/auth.json";
const [before, after] = [letters(), letters()];

describe("creds discover", () => {
  it("gives a shell every byte of what was found, under the old name as well", async () => {
    put(".codex/auth.json", { OPENAI_API_KEY: "it's $HOME\n`x`" });
    for (const words of ["creds discover", "auth extract"]) {
      const script = `eval "$('${process.execPath}' '${CLI}' ${words} --export)"; sh -c 'printf %s "$OPENAI_API_KEY"'`;
      const done = await runProgram("/bin/sh", ["-c", script], { env: home.env, cwd: home.work });
      expect(done).toMatchObject({ exitCode: 0, stdout: "it's $HOME\n`x`" });
      expect(done.stderr).toBe(words === "auth extract" ? "hint: keyward auth extract is now keyward creds discover\n" : "");
    }
  });

  it("shows no value on a terminal", async () => {
    put(".codex/auth.json", { OPENAI_API_KEY: openai });
    const { stdout, exitCode } = await home.onPty(["creds", "discover"], []);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("openai");
    expect(stdout).not.toContain(openai);
  });

  it("takes over what it can and refers to what a tool renews, which then is what the tool has", async () => {
    put(VERCEL, session(before));
    const done = await home.succeed(["creds", "discover", "--import", "--yes"]);
    expect(done.stdout).toMatch(/openai +default +stored/);
    expect(done.stdout).toMatch(/vercel +default +refers to it/);
    const exported = async (): Promise<string> => (await home.succeed(["export", "vercel", "--format", "shell", "--yes"])).stdout;
    expect(await exported()).toContain(before);
    put(VERCEL, session(after));
    expect(await exported()).toContain(after);
    expect(readFileSync(join(home.root, "user", ".codex/auth.json"), "utf8")).toContain(openai);
  });

  it("keeps what is there the second time", async () => {
    expect((await home.succeed(["creds", "discover", "--import", "--yes"])).stdout).toMatch(
      /openai +default +exists[^]*vercel +default +exists/,
    );
  });
});
