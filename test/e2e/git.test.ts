// git over https inside a run: clone and push against a real git server behind TLS, the token swapped inside Basic credentials.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients } from "../support/clients.ts";
import { runProgram } from "../support/keyward.ts";
import { openScene, type Scene } from "../support/scene.ts";

const BACKEND = "/usr/lib/git-core/git-http-backend";

describeWithClients(["git", "git-http-backend"], "git over https", () => {
  let scene: Scene;
  let token: string;
  let served: string;
  const seen: string[] = [];

  beforeAll(async () => {
    scene = await openScene({ hosts: ["github.com", "api.github.com"], handle: (request, response) => serveGit(request, response) });
    token = await scene.login("github");
    served = join(scene.home.root, "served");
    mkdirSync(join(served, "team"), { recursive: true });
    await git(["init", "--bare", "--initial-branch=main", join(served, "team", "project.git")]);
    await git(["-C", join(served, "team", "project.git"), "config", "http.receivepack", "true"]);
  });
  afterAll(() => scene.close());

  it("clones, commits and pushes with the placeholder as the password", async () => {
    const script = scene.home.write("work.sh", WORK);
    const done = await scene.home.run(["run", "--", "sh", script]);
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    const log = await git(["-C", join(served, "team", "project.git"), "log", "--format=%s", "main"]);
    expect(log.trim()).toBe("from inside a run");
    const passwords = seen.map((header) =>
      Buffer.from(header.replace(/^Basic /, ""), "base64")
        .toString()
        .replace(/^[^:]*:/, ""),
    );
    expect(passwords.length).toBeGreaterThan(2);
    expect(new Set(passwords)).toEqual(new Set([token]));
  });

  it("leaves the token out of the clone, its configuration and every output", () => {
    scene.assertNoSecret();
  });

  /** As a credential helper or an askpass would: the user name is anything, the password the token variable. */
  const WORK = `set -e
export GIT_TERMINAL_PROMPT=0
git config --global user.name tester
git config --global user.email tester@example.invalid
git config --global credential.helper '!f() { echo username=x-access-token; echo "password=$GITHUB_TOKEN"; }; f'
git clone -q https://github.com/team/project.git clone
cd clone
git checkout -q -B main
echo hello > file
git add file
git commit -q -m 'from inside a run'
git push -q origin main
git fetch -q
`;

  /** A CGI bridge; the first request without credentials gets the 401 that makes git ask its helper. */
  function serveGit(request: IncomingMessage, response: ServerResponse): void {
    const authorization = request.headers.authorization;
    if (authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
      return;
    }
    seen.push(authorization);
    const url = new URL(request.url ?? "/", "https://github.com");
    const backend = spawn(BACKEND, {
      env: {
        GIT_PROJECT_ROOT: served,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        REMOTE_USER: "tester",
        PATH: process.env["PATH"],
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    backend.stdin.on("error", () => {});
    request.pipe(backend.stdin);
    const output: Buffer[] = [];
    backend.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    backend.once("close", () => answerFromCgi(Buffer.concat(output), response));
  }

  async function git(args: readonly string[]): Promise<string> {
    const done = await runProgram("git", args, { env: scene.home.env });
    if (done.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr}`);
    return done.stdout;
  }
});

function answerFromCgi(output: Buffer, response: ServerResponse): void {
  const split = output.indexOf("\r\n\r\n");
  for (const line of output.subarray(0, split).toString("latin1").split("\r\n")) {
    const [name = "", value = ""] = line.split(/:\s*/, 2);
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(split + 4));
}
