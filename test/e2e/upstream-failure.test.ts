// When the upstream cannot be trusted or reached: the child gets a JSON error, and not one byte of a key or placeholder leaves.
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { LiveChild } from "../support/live-child.ts";
import { openScene, type Scene } from "../support/scene.ts";
import type { CertificateKind } from "../support/tls-upstream.ts";

let scene: Scene | undefined;
let child: LiveChild | undefined;
afterEach(async () => {
  await child?.end().catch(() => {});
  await scene?.close();
});

describe("an upstream whose certificate is not acceptable", () => {
  it.each<CertificateKind>(["expired", "not-yet-valid", "self-signed", "wrong-host"])("%s: gets nothing", async (certificate) => {
    scene = await openScene({ certificate });
    await scene.login("openai");
    child = new LiveChild(scene.home);
    const answer = await child.askOpenai();
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "UPSTREAM_TLS", request_id: expect.any(String) } });
    expect(scene.upstream.requests).toEqual([]);
    expect(Buffer.concat(scene.upstream.connections.map((connection) => connection.bytes()))).toHaveLength(0);
    scene.assertNoSecret();
  });
});

describe("an upstream that is not there", () => {
  it("is answered for with 502", async () => {
    scene = await openScene();
    await scene.login("openai");
    child = new LiveChild(scene.home);
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    scene.home.set({ "upstream.resolve": [`api.openai.com:443=127.0.0.1:${port}`] });
    const answer = await child.askOpenai();
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "UPSTREAM_UNREACHABLE" } });
    scene.assertNoSecret();
  });

  it("is not dialled on loopback unless the settings say so", async () => {
    scene = await openScene({ settings: { "network.allow": undefined } });
    await scene.login("openai");
    child = new LiveChild(scene.home);
    const answer = await child.askOpenai();
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: "TARGET_FORBIDDEN" } });
    expect(scene.upstream.connections).toEqual([]);
  });
});

describe("an upstream that misbehaves", () => {
  it("and cuts a body short is seen to have done so by the child", async () => {
    scene = await openScene({ answer: { chunks: ["half of it"], abort: true } });
    await scene.login("openai");
    child = new LiveChild(scene.home);
    expect(await child.askOpenai()).toMatchObject({ status: 0 });
  });

  it("and answers 401 or 500 is passed on as it is", async () => {
    scene = await openScene({ answer: { status: 401, headers: { "www-authenticate": "Bearer" }, body: '{"error":"no"}' } });
    await scene.login("openai");
    child = new LiveChild(scene.home);
    expect(await child.askOpenai()).toMatchObject({ status: 401, body: '{"error":"no"}' });
    scene.upstream.answerWith({ status: 500, body: "broken" });
    expect(await child.askOpenai()).toMatchObject({ status: 500, body: "broken" });
  });
});
