// On a terminal of one's own: the masked prompt, a question before anything is removed, Ctrl-C, and a child that has the terminal to itself.
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients } from "../support/clients.ts";
import { makeKey } from "../support/scene.ts";
import { TempHome } from "../support/temp-home.ts";

describeWithClients(["python3"], "on a terminal", () => {
  let home: TempHome;
  const key = makeKey("openai");
  beforeAll(() => {
    home = new TempHome({ env: { TERM: "xterm" } });
  });
  afterAll(() => home.remove());

  it("asks for the key without showing it", async () => {
    const done = await home.onPty(["login", "openai", "--no-browser"], [{ expect: ": ", type: `${key}\r` }]);
    expect(done, done.stdout + done.stderr).toMatchObject({ exitCode: 0 });
    expect(done.stdout).not.toContain(key);
    expect(done.stdout).toMatch(/successfully logged in to openai/i);
    expect((await home.succeed(["get", "openai", "--field", "status"])).stdout).toBe("connected\n");
  });

  it("ends a login with Ctrl-C and stores nothing", async () => {
    const args = ["login", "openai", "--connection", "second", "--no-browser"];
    const done = await home.onPty(args, [{ expect: ": ", type: "\u0003" }]);
    expect([1, 130]).toContain(done.exitCode);
    expect((await home.succeed(["list", "--json"])).stdout).not.toContain('"second"');
  });

  it("gives the child the terminal", async () => {
    const done = await home.onPty(
      ["run", "--", "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && echo ready && read answer && echo got-$answer"],
      [{ expect: "ready", type: "typed\r" }],
    );
    expect(done.stdout).toContain("got-typed");
    expect(done.exitCode).toBe(0);
  });

  it("asks before it removes and takes no for an answer", async () => {
    const kept = await home.onPty(["logout", "openai"], [{ expect: "?", type: "n\r" }]);
    expect(kept.exitCode).not.toBe(0);
    expect((await home.succeed(["get", "openai", "--field", "status"])).stdout).toBe("connected\n");
    const gone = await home.onPty(["logout", "openai"], [{ expect: "?", type: "y\r" }]);
    expect(gone.exitCode).toBe(0);
  });

  it("asks nobody without a terminal", async () => {
    await home.succeed(["login", "openai", "--stdin", "--force"], { stdin: key });
    const done = await home.run(["logout", "openai"]);
    expect(done.exitCode).toBe(4);
    expect(done.stderr).toContain("--yes");
  });

  it("leaves the key nowhere", () => home.assertNoSecret([key]));
});
