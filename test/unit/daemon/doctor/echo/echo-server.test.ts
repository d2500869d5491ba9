import { get } from "node:https";
import { describe, expect, it } from "vitest";
import { ECHO_HOST } from "../../../../../src/daemon/doctor/echo/echo-provider.ts";
import { type EchoServer, startEchoServer } from "../../../../../src/daemon/doctor/echo/echo-server.ts";

function ask(server: EchoServer, path: string, authorization: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host: "127.0.0.1", port: server.port, servername: ECHO_HOST, ca: server.root, path, headers: { authorization } },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString())).on("end", () => resolve(body));
      },
    );
    request.on("error", reject);
  });
}

describe("the echo", () => {
  it("notes which clients came with the credential and repeats nothing of it", async () => {
    const server = await startEchoServer("Bearer real", Date.now());
    try {
      expect(await ask(server, "/probe/curl/info?x=1", "Bearer real")).toBe("keyward echo\n");
      expect(await ask(server, "/probe/git", "Bearer placeholder")).not.toContain("placeholder");
      await ask(server, "/elsewhere", "Bearer real");
      expect([...server.injected]).toEqual(["curl"]);
    } finally {
      await server.close();
    }
  });
});
