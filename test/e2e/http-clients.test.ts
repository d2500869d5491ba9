// Real HTTP clients inside a run: each gets a placeholder, trusts the proxy by the variables it was given, and reaches the upstream with the key.
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients, PYTHON, type ClientName } from "../support/clients.ts";
import type { Finished } from "../support/keyward.ts";
import { openScene, type Scene } from "../support/scene.ts";

let scene: Scene;
let key: string;
beforeAll(async () => {
  scene = await openScene({ answer: (request) => ({ body: `got ${request.body.length} bytes` }) });
  key = await scene.login("openai");
});
afterAll(() => scene.close());

const URL_TEXT = "https://api.openai.com/v1/chat/completions";
const PAYLOAD = "x".repeat(70_000);

/** A program that posts PAYLOAD with the placeholder as a bearer token and prints the answer. */
const PROGRAMS: readonly { name: string; needs: readonly ClientName[]; file: string; text: string; command: (file: string) => string[] }[] =
  [
    {
      name: "curl",
      needs: ["curl"],
      file: "call.sh",
      text: `printf %s "$PAYLOAD" | curl -sS --fail-with-body -H "Authorization: Bearer $OPENAI_API_KEY" --data-binary @- ${URL_TEXT}`,
      command: (file) => ["sh", file],
    },
    {
      name: "node's fetch",
      needs: [],
      file: "fetch.mjs",
      text: `const response = await fetch("${URL_TEXT}", { method: "POST", body: process.env.PAYLOAD, headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } });
process.stdout.write(await response.text());`,
      command: (file) => [process.execPath, file],
    },
    {
      name: "node's https",
      needs: [],
      file: "https.cjs",
      text: `const https = require("node:https");
const request = https.request("${URL_TEXT}", { method: "POST", headers: { Authorization: "Bearer " + process.env.OPENAI_API_KEY } }, (response) => response.pipe(process.stdout));
request.end(process.env.PAYLOAD);`,
      command: (file) => [process.execPath, file],
    },
    {
      name: "python's urllib",
      needs: ["python3"],
      file: "call_urllib.py",
      text: `import os, urllib.request
request = urllib.request.Request("${URL_TEXT}", data=os.environ["PAYLOAD"].encode(), headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]})
print(urllib.request.urlopen(request).read().decode(), end="")`,
      command: (file) => [PYTHON, file],
    },
    {
      name: "python's requests",
      needs: ["python3-requests"],
      file: "call_requests.py",
      text: `import os, requests
print(requests.post("${URL_TEXT}", data=os.environ["PAYLOAD"], headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}).text, end="")`,
      command: (file) => [PYTHON, file],
    },
    {
      name: "python's httpx",
      needs: ["python3-httpx"],
      file: "call_httpx.py",
      text: `import os, httpx
print(httpx.post("${URL_TEXT}", content=os.environ["PAYLOAD"], headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}).text, end="")`,
      command: (file) => [PYTHON, file],
    },
    {
      name: "go's net/http",
      needs: ["go"],
      file: "call.go",
      text: `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	request, _ := http.NewRequest("POST", "${URL_TEXT}", strings.NewReader(os.Getenv("PAYLOAD")))
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Print(string(body))
}
`,
      command: (file) => ["go", "run", file],
    },
  ];

for (const program of PROGRAMS) {
  describeWithClients(program.needs, program.name, () => {
    it("sends the placeholder and the upstream gets the key", { timeout: 180_000 }, async () => {
      const file = scene.home.write(program.file, program.text);
      const before = scene.upstream.requests.length;
      const done = await runWithPayload(program.command(file));
      expect(done, done.stderr).toMatchObject({ exitCode: 0, stdout: `got ${PAYLOAD.length} bytes` });
      const requests = scene.upstream.requests.slice(before);
      expect(requests).toHaveLength(1);
      expect(requests[0]?.headers["authorization"]).toBe(`Bearer ${key}`);
      expect(requests[0]?.body.toString()).toBe(PAYLOAD);
      scene.assertNoSecret();
    });
  });
}

function runWithPayload(command: readonly string[]): Promise<Finished> {
  return scene.home.run(["run", "--", ...command], { env: { PAYLOAD, GOFLAGS: "-mod=mod", GO111MODULE: "off" }, limitMs: 150_000 });
}
