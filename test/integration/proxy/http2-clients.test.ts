// HTTP/2 as the clients of this world speak it, not node's own: curl, nghttp2's tools and Go, through the proxy to a real HTTP/2 server.
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runProgram } from "../../support/child/run-program.ts";
import { describeWithClients } from "../../support/clients.ts";
import { Http2Upstream } from "../../support/http2-upstream.ts";
import { bearerProvider, makeConnection, type Rig, type RigConnection, type RigRun, startRig } from "../../support/proxy-rig.ts";
import { openTunnelPort, type TunnelPort } from "../../support/tunnel-port.ts";

const HOST = "api.acme.test";
const body = randomBytes(3_000_000);
const sum = createHash("sha256").update(body).digest("hex");

let upstream: Http2Upstream;
let rig: Rig;
let run: RigRun;
let connection: RigConnection;
let tunnel: TunnelPort;
let directory: string;
let caFile: string;
let bodyFile: string;

beforeAll(async () => {
  upstream = await new Http2Upstream([HOST]).listen();
  rig = await startRig();
  rig.settings.roots = [upstream.authority.certificatePem];
  rig.settings.resolve = upstream.resolveEntries([HOST]);
  connection = makeConnection(bearerProvider);
  run = rig.addRun([connection]);
  tunnel = await openTunnelPort(rig, run, HOST);
  directory = mkdtempSync(join(tmpdir(), "keyward-http2-"));
  caFile = join(directory, "ca.pem");
  bodyFile = join(directory, "body");
  writeFileSync(caFile, rig.caPem);
  writeFileSync(bodyFile, body);
});
afterAll(async () => {
  tunnel.close();
  await rig.close();
  upstream.close();
  rmSync(directory, { recursive: true });
});

const placeholder = (): string => `Bearer ${connection.binding.placeholders["key"] ?? ""}`;
const proxyUrl = (): string => `http://${run.run.id}:${run.token}@127.0.0.1:${rig.proxy.port}`;
const path = { PATH: process.env["PATH"] ?? "" };
const lastHeard = () => upstream.heard.at(-1);

function expectKey(): void {
  expect(lastHeard()?.headers).toMatchObject({ ":authority": HOST, authorization: `Bearer ${connection.secrets["key"]}` });
}

describeWithClients(["curl"], "curl --http2", () => {
  const curl = async (...args: readonly string[]) => {
    const common = ["-sS", "--http2", "--proxy", proxyUrl(), "--cacert", caFile, "-H", `Authorization: ${placeholder()}`];
    const ended = await runProgram("curl", [...common, ...args, `https://${HOST}/v1`], path);
    expect(ended.stderr).toBe("");
    return ended.stdout;
  };

  it("gets an answer over HTTP/2, with its trailers", async () => {
    const said = await curl("-i", "-w", "%{http_version} %{http_code}");
    expect(said).toMatch(/^HTTP\/1\.1 200 [^]*HTTP\/2 200[^]*x-heard: GET[^]*x-end: none[^]*2 200$/);
    expectKey();
  });

  it("uploads 3 MB and gets them back", async () => {
    const out = join(directory, "echo");
    expect(await curl("--data-binary", `@${bodyFile}`, "-o", out, "-w", "%{http_version} %{size_upload} %{size_download}")).toBe(
      `2 ${body.length} ${body.length}`,
    );
    expect((await runProgram("sha256sum", [out], path)).stdout).toContain(sum);
    expectKey();
  });

  it("sends many requests over one connection of its own and one of ours", async () => {
    const before = { sessions: upstream.sessionCount, heard: upstream.heard.length };
    const urls = Array.from({ length: 20 }, (_none, at) => `https://${HOST}/${at}`);
    const args = ["-sS", "--http2", "--parallel", "--proxy", proxyUrl(), "--cacert", caFile, "-w", "%{http_version}\\n", ...urls];
    expect((await runProgram("curl", args, path)).stdout.trim().split("\n")).toEqual(Array.from({ length: 20 }, () => "2"));
    expect(upstream.heard.length - before.heard).toBe(20);
    expect(upstream.sessionCount - before.sessions).toBeLessThanOrEqual(1);
  });
});

describeWithClients(["nghttp", "h2load"], "nghttp2's", () => {
  it("nghttp sends a body with trailers and gets it back with trailers", async () => {
    const args = [
      "-v",
      "-y",
      "-d",
      bodyFile,
      "--trailer",
      "x-sum: 42",
      "-H",
      `:authority: ${HOST}`,
      "-H",
      `authorization: ${placeholder()}`,
    ];
    const { stdout, status } = await runProgram("nghttp", [...args, `https://127.0.0.1:${tunnel.port}/up`], path);
    expect(status).toBe(0);
    expect(stdout).toMatch(/:status: 200/);
    expect(stdout).toMatch(/x-end: 42/);
    expect(lastHeard()?.trailers).toMatchObject({ "x-sum": "42" });
    expectKey();
  });

  it("h2load has every one of 2,000 requests on 4 connections with 32 streams answered, each with the key and one audit line", async () => {
    const before = { heard: upstream.heard.length, audit: rig.audit.length };
    const load = ["-n", "2000", "-c", "4", "-m", "32", "-H", `authorization: ${placeholder()}`, `--connect-to=127.0.0.1:${tunnel.port}`];
    const { stdout } = await runProgram("h2load", [...load, `https://${HOST}/load`], path);
    expect(stdout).toMatch(/Application protocol: h2/);
    expect(stdout).toMatch(/2000 succeeded, 0 failed, 0 errored, 0 timeout/);
    const heard = upstream.heard.slice(before.heard);
    expect(heard).toHaveLength(2_000);
    expect(new Set(heard.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${connection.secrets["key"]}`]));
    const ends = () => rig.audit.slice(before.audit).filter(({ isRelease, status }) => !isRelease && status === 200);
    await expect.poll(() => ends().length).toBe(2_000);
  });
});

const GO_PROGRAM = `package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"sync"
)

func main() {
	pem, _ := os.ReadFile(os.Args[1])
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	proxy, _ := url.Parse(os.Args[2])
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	body, _ := os.ReadFile(os.Args[3])
	var group sync.WaitGroup
	lines := make([]string, 8)
	for i := range lines {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			request, _ := http.NewRequest("POST", os.Args[4], io.NopCloser(bytes.NewReader(body)))
			request.Header.Set("Authorization", os.Args[5])
			request.Trailer = http.Header{"X-Sum": {"42"}}
			response, err := client.Do(request)
			if err != nil {
				lines[i] = err.Error()
				return
			}
			echoed, err := io.ReadAll(response.Body)
			lines[i] = fmt.Sprintf("%s %d %x %s %v", response.Proto, response.StatusCode, sha256.Sum256(echoed), response.Trailer.Get("X-End"), err)
		}(i)
	}
	group.Wait()
	for _, line := range lines {
		fmt.Println(line)
	}
}
`;

describeWithClients(["go"], "Go's net/http", () => {
  it("streams 3 MB both ways on eight streams at once, trailers included", async () => {
    const source = join(directory, "main.go");
    writeFileSync(source, GO_PROGRAM);
    const environment = {
      ...path,
      HOME: directory,
      GOCACHE: join(tmpdir(), "keyward-go-cache"),
      GOPATH: directory,
      GO111MODULE: "off",
      CGO_ENABLED: "0",
    };
    const binary = join(directory, "client");
    expect((await runProgram("go", ["build", "-o", binary, source], environment)).stderr).toBe("");
    const { stdout } = await runProgram(binary, [caFile, proxyUrl(), bodyFile, `https://${HOST}/up`, placeholder()], path);
    expect(stdout.trim().split("\n")).toEqual(Array.from({ length: 8 }, () => `HTTP/2.0 200 ${sum} 42 <nil>`));
    expectKey();
  });
});
