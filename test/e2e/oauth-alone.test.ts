// Logins without a person, and at a server of the user's own: the real command, daemon and proxy against real servers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API, OWN_API, type OAuthScene, startOAuthScene } from "../support/oauth-scene.ts";

let scene: OAuthScene;
beforeAll(async () => {
  scene = await startOAuthScene({}, { accessTokenLifetimeS: 4 });
});
afterAll(() => scene.end());

describe("without a person", () => {
  it("a client logs in as itself, and its access is renewed while runs go on", async () => {
    const flags = ["--flow", "client_credentials", "--client-id", "alone", "--scope", "api:read", "--stdin"];
    expect(
      await scene.home.run(["login", "acme", ...flags], { stdin: `${scene.server.clientSecret}\n`, env: { CI: "true" } }),
    ).toMatchObject({
      exitCode: 0,
      stdout: "Successfully logged in to acme (default)\n",
    });
    const first = await scene.call();
    expect(first).toMatch(/^Bearer [\w-]{20,}$/);
    await expect.poll(() => scene.call(), { timeout: 60_000, interval: 250 }).not.toBe(first);
    scene.home.assertNoSecret([scene.server.clientSecret, first.slice(7)]);
  });

  it("a flow for people ends at once and says what to pass", async () => {
    const done = await scene.home.run(["login", "acme", "--force", "--flow", "browser", "--client-id", "public"], { env: { CI: "true" } });
    expect(done).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("--flow token --stdin") as string });
  });
});

describe("at a server of the user's own", () => {
  it("the key goes there and not to the public service", async () => {
    const selfHosted = { example: "https://own.acme.test", hosts: [{ from: API }] };
    await scene.define({}, { oauth: undefined, selfHosted });
    const key = `key-${"a1B2".repeat(8)}`;
    const flags = ["login", "acme", "--force", "--stdin"];
    expect((await scene.home.run([...flags, "--base-url", `http://${OWN_API}`], { stdin: key })).exitCode).toBe(2);
    await scene.home.succeed([...flags, "--base-url", `https://${OWN_API}`], { stdin: key });
    expect(await scene.call(OWN_API)).toBe(`Bearer ${key}`);
    expect(await scene.call(API).catch(() => "not reached")).not.toContain(key);
    // A login again stays there.
    await scene.home.succeed(flags, { stdin: `${key}x` });
    expect(await scene.call(OWN_API)).toBe(`Bearer ${key}x`);
  });
});
