// The life of a key as a person lives it: login, list, run, rotate, logout. Real command, real daemon, real child, real upstream.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveChild } from "../support/live-child.ts";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ answer: (request) => ({ headers: { "content-type": "text/plain" }, body: `hello ${request.method}` }) });
});
afterAll(() => scene.close());

describe("the life of a key", () => {
  it("begins with a list that says what to do next", async () => {
    const { stdout, stderr } = await scene.home.succeed(["list"]);
    expect(stdout + stderr).toContain("keyward login");
  });

  it("is stored from standard input without being shown", async () => {
    const key = await scene.login("openai");
    expect(scene.home.outputs.join("")).not.toContain(key);
    expect(scene.home.outputs.join("")).toMatch(/logged in to openai/i);
  });

  it("shows up in the list as connected", async () => {
    const { stdout } = await scene.home.succeed(["list", "--json"]);
    expect(stdout).toMatch(/"openai"/);
    expect(stdout).toMatch(/"connected"/);
    expect((await scene.home.succeed(["get", "openai", "--field", "status"])).stdout).toBe("connected\n");
  });

  it("reaches the upstream exactly in its place, and the child never sees it", async () => {
    const child = new LiveChild(scene.home);
    const environment = await child.environment();
    const placeholder = environment["OPENAI_API_KEY"] ?? "";
    expect(placeholder).toMatch(/^sk-/);
    expect(JSON.stringify(environment)).not.toContain(scene.keys[0]);

    expect(await child.askOpenai()).toMatchObject({ status: 200, body: "hello GET" });
    const request = await scene.upstream.nextRequest();
    expect(request.headers["authorization"]).toBe(`Bearer ${scene.keys[0]}`);
    expect(request.connection.serverName).toBe("api.openai.com");
    const wire = request.connection.bytes().toString("latin1");
    expect(wire).not.toContain(placeholder);
    expect(wire.split(scene.keys[0] ?? "")).toHaveLength(2);
    expect(wire.toLowerCase()).not.toContain("proxy-");
    expect((await child.end()).exitCode).toBe(0);
  });

  it("does not replace a key that is there without --force", async () => {
    const refused = await scene.home.run(["login", "openai", "--stdin"], { stdin: "irrelevant\n" });
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain("--force");
  });

  it("is rotated and then removed under a running child", async () => {
    const child = new LiveChild(scene.home);
    const before = (await child.environment())["OPENAI_API_KEY"];
    await child.askOpenai();
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${scene.keys[0]}`);

    const rotated = await scene.login("openai", ["--force"]);
    expect(await child.askOpenai()).toMatchObject({ status: 200 });
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${rotated}`);

    await scene.home.succeed(["logout", "openai", "--yes"]);
    const requestsBefore = scene.upstream.requests.length;
    const refused = await child.askOpenai();
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.headers["content-type"]).toContain("application/json");
    expect(refused.headers["proxy-status"]).toBeDefined();
    expect(JSON.parse(refused.body)).toMatchObject({
      error: {
        code: "LOGIN_REQUIRED",
        provider: "openai",
        message: expect.any(String),
        hint: expect.stringContaining("keyward login openai"),
      },
    });
    expect(scene.upstream.requests).toHaveLength(requestsBefore);

    const again = await scene.login("openai");
    expect(await child.askOpenai()).toMatchObject({ status: 200 });
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${again}`);
    expect((await child.environment())["OPENAI_API_KEY"]).toBe(before);
    await child.end();
  });

  it("ends with a logout that can be said twice", async () => {
    await scene.home.succeed(["logout", "openai", "--yes"]);
    expect((await scene.home.run(["logout", "openai", "--yes"])).exitCode).toBe(0);
    expect((await scene.home.run(["get", "openai"])).exitCode).not.toBe(0);
  });

  it("leaves no trace in any output or file", () => {
    expect(scene.keys.length).toBeGreaterThan(2);
    scene.assertNoSecret();
  });
});
