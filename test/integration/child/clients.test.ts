// Real clients, each with nothing but the environment a run gives it: they go through the proxy, trust its CA and send their headers.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithClients, PYTHON } from "../../support/clients.ts";
import { ConnectProxy } from "../../support/child/connect-proxy.ts";
import { proxiedEnvironment } from "../../support/child/proxied-environment.ts";
import { runProgram } from "../../support/child/run-program.ts";

let proxy: ConnectProxy;
let env: Record<string, string>;

beforeAll(async () => {
  proxy = await new ConnectProxy().listen();
  env = proxiedEnvironment(proxy);
});
afterAll(() => proxy.close());

/** Asks for https://api.openai.com/v1 with the child's placeholder and prints the body. */
async function expectCall(command: string, args: readonly string[], changes: Record<string, string> = {}): Promise<void> {
  const before = proxy.requests.length;
  const { status, stdout, stderr } = await runProgram(command, args, { ...env, ...changes });
  expect([status, stdout.trim(), stderr]).toEqual([0, "PONG api.openai.com /v1", ""]);
  expect(proxy.requests.slice(before)).toMatchObject([{ host: "api.openai.com", authorization: "Bearer placeholder-of-openai" }]);
  expect(proxy.targets.at(-1)).toBe("api.openai.com:443");
}

const onPath = (name: string): boolean => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;

/** Clients CI need not have: run where they are. */
function itWithTool(isThere: boolean, name: string, body: () => Promise<void>): void {
  if (!isThere) console.warn(`skipped, ${name}: not installed`);
  it.skipIf(!isThere)(name, body);
}

describeWithClients(["curl"], "curl", () => {
  it.each(["--http1.1", "--http2"])("works with %s", (version) =>
    expectCall("sh", ["-c", `exec curl -sS ${version} -H "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1`]),
  );

  it("does not reach the proxy with an exception the user keeps, and loopback never does", async () => {
    const before = proxy.targets.length + proxy.refused.length;
    await runProgram("curl", ["-sS", "--max-time", "2", "https://127.0.0.1:1/", "https://localhost:1/"], env);
    expect(proxy.targets.length + proxy.refused.length).toBe(before);
  });
});

describeWithClients(["git"], "git", () => {
  it("talks to the proxy with its credentials and trusts the CA", async () => {
    const before = proxy.requests.length;
    await runProgram("git", ["ls-remote", "https://github.com/o/r.git"], { ...env, GIT_TERMINAL_PROMPT: "0" });
    // The stand-in is no git server: what counts is that TLS was accepted and the request arrived.
    expect(proxy.requests[before]?.path).toBe("/o/r.git/info/refs?service=git-upload-pack");
  });
});

const HEADERS = `{"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}`;

describeWithClients(["python3", "python3-requests", "python3-httpx"], "python", () => {
  it.each([
    ["urllib", `urllib.request.urlopen(urllib.request.Request(url, headers=h)).read().decode()`],
    ["requests", `requests.get(url, headers=h).text`],
    ["a session of requests", `requests.Session().get(url, headers=h).text`],
    ["httpx", `httpx.get(url, headers=h).text`],
    ["a client of httpx", `httpx.Client(headers=h).get(url).text`],
  ])("%s works", (_name, expression) => {
    const script = `import os, urllib.request, requests, httpx\nurl = "https://api.openai.com/v1"\nh = ${HEADERS}\nprint(${expression})`;
    return expectCall(PYTHON, ["-c", script]);
  });
});

const GO_PROGRAM = `package main

import ("fmt"; "io"; "net/http"; "os")

func main() {
	request, _ := http.NewRequest("GET", "https://api.openai.com/v1", nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }
	body, _ := io.ReadAll(response.Body)
	fmt.Println(string(body))
}
`;

describeWithClients(["go"], "go", () => {
  it("net/http works", async () => {
    const directory = mkdtempSync(join(tmpdir(), "keyward-go-"));
    writeFileSync(join(directory, "main.go"), GO_PROGRAM);
    const cache = { GOCACHE: join(tmpdir(), "keyward-go-cache"), GOPATH: directory, GO111MODULE: "off", GOFLAGS: "", CGO_ENABLED: "0" };
    const built = spawnSync("go", ["build", "-o", "client", "main.go"], {
      cwd: directory,
      env: { PATH: process.env["PATH"], HOME: directory, ...cache },
    });
    expect(built.stderr.toString()).toBe("");
    await expectCall(join(directory, "client"), []);
  });
});

const hasPerl = (module: string): boolean => spawnSync("perl", [`-M${module}`, "-e", "1"]).status === 0;

describeWithClients(["wget"], "wget", () => {
  it("works by its configuration file", () =>
    expectCall("sh", ["-c", `exec wget -q -O - --header "Authorization: Bearer $OPENAI_API_KEY" https://api.openai.com/v1`]));
});

describeWithClients(["php"], "php", () => {
  it("curl works by its ini file", () =>
    expectCall("php", [
      "-r",
      `$c = curl_init("https://api.openai.com/v1"); curl_setopt($c, CURLOPT_HTTPHEADER, ["Authorization: Bearer " . getenv("OPENAI_API_KEY")]); curl_exec($c);`,
    ]));
});

describeWithClients(["ruby"], "ruby", () => {
  it("Net::HTTP works", () =>
    expectCall("ruby", [
      "-rnet/http",
      "-e",
      `print Net::HTTP.get(URI("https://api.openai.com/v1"), {"Authorization" => "Bearer #{ENV["OPENAI_API_KEY"]}"})`,
    ]));
});

describe("others, where they are installed", () => {
  itWithTool(onPath("perl") && hasPerl("LWP::Protocol::https"), "perl LWP", () =>
    expectCall("perl", [
      "-MLWP::UserAgent",
      "-e",
      `print LWP::UserAgent->new->get("https://api.openai.com/v1", Authorization => "Bearer $ENV{OPENAI_API_KEY}")->content`,
    ]),
  );

  itWithTool(onPath("perl") && hasPerl("IO::Socket::SSL"), "perl HTTP::Tiny", () =>
    expectCall("perl", [
      "-MHTTP::Tiny",
      "-e",
      `print HTTP::Tiny->new(verify_SSL => 1)->get("https://api.openai.com/v1", {headers => {Authorization => "Bearer $ENV{OPENAI_API_KEY}"}})->{content}`,
    ]),
  );
});
