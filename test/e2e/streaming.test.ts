// Bodies of every kind through an injected host: events that must not wait, uploads while they are made, aborts in both directions.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithClients } from "../support/clients.ts";
import { openScene, type Scene } from "../support/scene.ts";
import { Arrivals, outputMatching, withLimit } from "../support/wait.ts";

describeWithClients(["curl"], "streaming through a bound host", () => {
  let scene: Scene;
  const exchanges = new Arrivals<{ request: IncomingMessage; response: ServerResponse }>();
  beforeAll(async () => {
    scene = await openScene({ handle: (request, response) => exchanges.arrive({ request, response }) });
    await scene.login("openai");
  });
  afterAll(() => scene.close());

  const curl = (...args: string[]): ReturnType<Scene["home"]["spawn"]> =>
    scene.home.spawn(["run", "--", "curl", "-sS", "--no-buffer", ...args, "https://api.openai.com/v1/stream"]);

  it("passes each server-sent event on before the next one exists", async () => {
    const live = curl();
    const { response } = await exchanges.next();
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const number of [1, 2, 3]) {
      const shown = outputMatching(live.child.stdout, new RegExp(`data: ${number}\\n`));
      response.write(`data: ${number}\n\n`);
      await shown;
    }
    response.end();
    expect((await live.finished).stdout).toBe("data: 1\n\ndata: 2\n\ndata: 3\n\n");
  });

  it("hands an upload on while it is being made", async () => {
    const live = curl("-T", "-");
    live.child.stdin.write("first");
    const { request, response } = await exchanges.next();
    const [chunk] = (await withLimit(once(request, "data"), "the first piece of the upload")) as [Buffer];
    expect(chunk.toString()).toBe("first");
    live.child.stdin.end("second");
    const rest: Buffer[] = [];
    for await (const piece of request) rest.push(piece as Buffer);
    expect(Buffer.concat(rest).toString()).toBe("second");
    response.end("done");
    expect((await live.finished).stdout).toBe("done");
  });

  it("carries megabytes both ways without changing one", async () => {
    const bytes = randomBytes(8_000_000).toString("base64");
    const live = curl("--data-binary", "@-");
    live.child.stdin.end(bytes);
    const { request, response } = await exchanges.next();
    const hash = createHash("sha256");
    for await (const piece of request) hash.update(piece as Buffer);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
    response.end(bytes);
    expect((await live.finished).stdout === bytes).toBe(true);
  });

  it("tells the upstream at once when the child goes away", async () => {
    const live = curl();
    const { response } = await exchanges.next();
    response.write("begun");
    await outputMatching(live.child.stdout, /begun/);
    const gone = once(response, "close");
    live.child.kill("SIGINT");
    await withLimit(gone, "the upstream to see the end");
    await live.finished;
  });

  it.each([
    ["--http1.1", ["X-One: 1", "x-TWO: 2", "Set-Cookie: a=1", "Set-Cookie: b=2"]],
    ["--http2", ["x-one: 1", "x-two: 2", "set-cookie: a=1", "set-cookie: b=2"]],
  ])("keeps the header fields of the answer as %s has them, in order and number", async (protocol, expected) => {
    const live = curl("-i", protocol);
    const { response } = await exchanges.next();
    response.writeHead(200, ["X-One", "1", "x-TWO", "2", "Set-Cookie", "a=1", "Set-Cookie", "b=2"]);
    response.end("body");
    const { stdout } = await live.finished;
    expect(stdout.split("\r\n").filter((line) => /^(?:x-|set-cookie)/i.test(line))).toEqual(expected);
  });

  it("leaves no key behind", () => scene.assertNoSecret());
});
