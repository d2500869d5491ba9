// The hub's own process as the command line starts it: its answer, its end, and what it says when it cannot.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { outputMatching } from "../../../support/wait.ts";
import { TempHome } from "../../../support/temp-home.ts";

function tempHome(): TempHome {
  const home = new TempHome();
  onTestFinished(() => home.remove());
  return home;
}

describe("a hub from the command line", () => {
  it("is made once, private, and gives its set-up address until somebody has signed up", async () => {
    const home = tempHome();
    const first = await home.succeed(["hub", "init", "--json", "--url", "https://hub.example.com"]);
    const made = JSON.parse(first.stdout) as { key_file: string; setup_url: string; engine: string };
    expect(made).toMatchObject({
      engine: "sqlite",
      setup_url: expect.stringMatching(/^https:\/\/hub\.example\.com\/setup#kw_inv_/) as string,
    });
    expect(statSync(made.key_file).mode & 0o777).toBe(0o600);
    const key = readFileSync(made.key_file, "utf8");
    expect((await home.succeed(["hub", "init"])).stdout).toMatch(/within a day, at\n {2}http:\/\/127\.0\.0\.1:8787\/setup#kw_inv_\w+\n$/);
    expect(readFileSync(made.key_file, "utf8")).toBe(key);
  });

  it("serves until SIGTERM and then ends with 0", async () => {
    const home = tempHome();
    await home.succeed(["hub", "init"]);
    const serving = home.spawn(["hub", "serve", "--listen", "127.0.0.1:0"]);
    const [, url = ""] = await outputMatching(serving.child.stderr, /the hub listens at (http\S+)/);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: "ready" });
    serving.child.kill("SIGTERM");
    expect((await serving.finished).exitCode).toBe(0);
  });

  it.each([
    [{}, 1, "keyward hub init"],
    [{ KEYWARD_HUB_KEY: "short" }, 1, "HUB_KEY"],
    [{ KEYWARD_HUB_DATABASE: "postgres://hub:pa55word@127.0.0.1:9/hub" }, 1, "root key"],
    [{ KEYWARD_HUB_KEY: "a".repeat(64), KEYWARD_HUB_DATABASE: "postgres://hub:pa55word@127.0.0.1:9/hub" }, 6, "does not answer"],
  ])("says in one line why it does not start with %j", async (env, status, text) => {
    const home = tempHome();
    const done = await home.run(["hub", "serve"], { env: { ...home.env, ...env } });
    expect(done.exitCode).toBe(status);
    expect(done.stderr).toContain(text);
    expect(done.stderr).not.toContain("pa55word");
    expect(existsSync(join(home.path, "hub", "hub.db"))).toBe(false);
  });
});
