// github.com for git: a real bare repository behind git's own CGI program. The token is the Basic password, the first request has none.
// In: requests that carry the token. Out: what git-http-backend says; `prepare` makes the repository anew for each client.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

export const provider = "github";
export const hosts = ["github.com"];
export const places = [{ basic: "password" }];

let served = "";
let backendPath = "";

export function prepare(directory) {
  backendPath ||= join(spawnSync("git", ["--exec-path"], { encoding: "utf8" }).stdout.trim(), "git-http-backend");
  served = mkdtempSync(join(directory, "served-"));
  const repository = join(served, "team", "project.git");
  const quiet = { stdio: "ignore", env: { PATH: process.env.PATH, HOME: directory } };
  spawnSync("git", ["init", "--bare", "--initial-branch=main", repository], quiet);
  spawnSync("git", ["-C", repository, "config", "http.receivepack", "true"], quiet);
}

export function refuse() {
  return { status: 401, headers: { "www-authenticate": 'Basic realm="git"' } };
}

export async function answer({ method, path, url, headers, body }) {
  // Agents look for plugins on github.com of their own accord.
  if (!path.startsWith("/team/project.git/")) return { status: 404 };
  const environment = {
    GIT_PROJECT_ROOT: served,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: path,
    QUERY_STRING: url.split("?")[1] ?? "",
    REQUEST_METHOD: method,
    CONTENT_TYPE: headers["content-type"] ?? "",
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
    GIT_PROTOCOL: headers["git-protocol"] ?? "",
    REMOTE_USER: "tester",
    PATH: process.env.PATH,
  };
  return fromCgi(await runBackend(environment, body));
}

function runBackend(env, body) {
  const backend = spawn(backendPath, { env, stdio: ["pipe", "pipe", "inherit"] });
  const output = [];
  backend.stdin.on("error", () => {});
  backend.stdout.on("data", (chunk) => output.push(chunk));
  backend.stdin.end(body);
  return new Promise((resolve, reject) => {
    backend.once("error", reject);
    backend.once("close", () => resolve(Buffer.concat(output)));
  });
}

function fromCgi(output) {
  const split = output.indexOf("\r\n\r\n");
  const lines = output.subarray(0, split).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => /^([^:]+): *(.*)$/.exec(line)).map((match) => [match[1].toLowerCase(), match[2]]));
  const { status = "200", ...rest } = headers;
  return { status: Number.parseInt(status, 10), headers: rest, body: output.subarray(split + 4) };
}
