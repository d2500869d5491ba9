// `gh auth login` inside a run, against a stand-in for GitHub: gh walks through the device flow as it always does, keyward keeps the
// token, and gh keeps a placeholder that works in this run and in the next.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../src/core/ids.ts";
import { describeWithClients } from "../support/clients.ts";
import { openScene, type Scene } from "../support/scene.ts";
import type { Answer, RecordedRequest } from "../support/tls-upstream.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const JSON_TYPE = { "content-type": "application/json" };
const HOSTS = ["github.com", "api.github.com"];

/** GitHub as far as a login needs it: two questions too early, then a token. */
class FakeGithub {
  readonly token = `gho_${randomText(36)}`;
  readonly authorizations: string[] = [];
  #polls = 0;

  answer(request: RecordedRequest): Answer {
    if (request.target === "/login/device/code") {
      const body = {
        device_code: "dev",
        user_code: "ABCD-1234",
        verification_uri: "https://github.com/login/device",
        expires_in: "900",
        interval: "1",
      };
      return { headers: FORM, body: new URLSearchParams(body).toString() };
    }
    if (request.target === "/login/oauth/access_token") {
      this.#polls += 1;
      const body =
        this.#polls < 2
          ? { error: "authorization_pending" }
          : { access_token: this.token, scope: "gist,read:org,repo", token_type: "bearer" };
      return { headers: FORM, body: new URLSearchParams(body as Record<string, string>).toString() };
    }
    this.authorizations.push(String(request.headers["authorization"]));
    const headers = { ...JSON_TYPE, "x-oauth-scopes": "gist, read:org, repo" };
    return { headers, body: JSON.stringify({ login: "octocat", data: { viewer: { login: "octocat" } } }) };
  }
}

describeWithClients(["gh"], "gh auth login in a run", () => {
  const github = new FakeGithub();
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene({ hosts: HOSTS, answer: (request) => github.answer(request) });
    scene.keys.push(github.token);
  });
  afterAll(() => scene.close());

  it("ends with the token at keyward and a placeholder at gh", async () => {
    const login = ["gh", "auth", "login", "--hostname", "github.com", "--git-protocol", "https", "--web"];
    const done = await scene.home.run(["run", "--capture", "github", "--", ...login], {
      env: { BROWSER: "true", GH_NO_UPDATE_NOTIFIER: "1" },
    });
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    expect(github.authorizations).not.toEqual([]);
    expect(new Set(github.authorizations)).toEqual(new Set([`token ${github.token}`]));
    const stored = readFileSync(join(scene.home.root, "user", ".config", "gh", "hosts.yml"), "utf8");
    expect(stored).toMatch(/oauth_token: ghp_\w{36}/);
    const list = await scene.home.succeed(["list", "--json"]);
    expect(JSON.parse(list.stdout)).toMatchObject({ connections: [{ provider: "github", connection: "default", status: "connected" }] });
  });

  it("works in the next run with what gh has stored", async () => {
    github.authorizations.length = 0;
    const done = await scene.home.run(["run", "--", "sh", "-c", "unset GH_TOKEN GITHUB_TOKEN; exec gh api user --jq .login"]);
    expect(done, done.stderr).toMatchObject({ exitCode: 0, stdout: "octocat\n" });
    expect(github.authorizations).toEqual([`token ${github.token}`]);
  });

  it("leaves the token nowhere else", () => {
    scene.assertNoSecret();
  });
});

describe("run --capture", () => {
  it("refuses a provider that is not there, and one that declares nothing to capture", async () => {
    const scene = await openScene();
    const ask = (provider: string) => scene.home.run(["run", "--capture", provider, "--", "true"]);
    const [unknown, none] = [await ask("nothing-like-it"), await ask("openai")];
    expect([unknown.exitCode, none.exitCode]).toEqual([2, 2]);
    expect(none.stderr).toContain("openai");
    const explained = await scene.home.succeed(["run", "--capture", "github", "--explain"]);
    expect(explained.stdout).toContain("logins at github are captured: github.com");
    await scene.close();
  });
});
