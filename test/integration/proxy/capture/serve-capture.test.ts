// A token endpoint in every lane a request can take, and what is around it: other requests of the tunnel, rules, placeholders.
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { describe, expect, it } from "vitest";
import { API_HOST, captureScene, type CaptureScene, newSecretText, TOKEN_HOST, TOKEN_PATH } from "../../../support/capture-scene.ts";
import {
  bearerProvider,
  exchangeRaw,
  makeConnection,
  makeProvider,
  openConnect,
  openTls,
  proxyAuthorization,
} from "../../../support/proxy-rig.ts";

const JSON_TYPE = { "content-type": "application/json" };
const FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
const LOGIN = "client_id=tool&device_code=d";
const NO_RULES = { allow: [], deny: [], denyUnmatched: false, rules: [] };

function grant(scene: CaptureScene): string {
  const access = newSecretText();
  scene.answerWith({ headers: JSON_TYPE, body: JSON.stringify({ access_token: access }) });
  return access;
}
const standIn = (scene: CaptureScene): string => scene.profile.connections()[0]?.placeholders["key"] ?? "";

describe("a token endpoint", () => {
  it("is recognised between other requests of one connection, and the connection goes on", async () => {
    const scene = await captureScene();
    const socket = await openTls(scene.rig, scene.run, { host: TOKEN_HOST });
    scene.answerWith({ body: "plain" });
    const get = `GET /x HTTP/1.1\r\nHost: ${TOKEN_HOST}\r\n\r\n`;
    expect(await exchangeRaw(socket, get, /plain/)).toContain("200");
    const access = grant(scene);
    const post = `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: ${TOKEN_HOST}\r\n${FORM}Content-Length: ${LOGIN.length}\r\n\r\n${LOGIN}`;
    const reply = await exchangeRaw(socket, post, /\}$/);
    expect(reply).toContain(standIn(scene));
    expect(reply).not.toContain(access);
    scene.answerWith({ body: "plain" });
    expect(await exchangeRaw(socket, get, /plain/)).toContain("200");
    socket.destroy();
  });

  it("takes a chunked body, one that waits to be asked for, and none", async () => {
    for (const [head, body] of [
      [`${FORM}Transfer-Encoding: chunked\r\n`, `${LOGIN.length.toString(16)}\r\n${LOGIN}\r\n0\r\n\r\n`],
      [`${FORM}Content-Length: ${LOGIN.length}\r\nExpect: 100-continue\r\n`, LOGIN],
      ["", ""],
    ]) {
      const scene = await captureScene();
      const access = grant(scene);
      const socket = await openTls(scene.rig, scene.run, { host: TOKEN_HOST });
      const method = body === "" ? "GET" : "POST";
      const reply = await exchangeRaw(socket, `${method} ${TOKEN_PATH} HTTP/1.1\r\nHost: ${TOKEN_HOST}\r\n${head}\r\n${body}`, /\}$/);
      expect(reply).toContain(standIn(scene));
      expect(reply).not.toContain(access);
      expect(scene.requests.at(-1)?.body.toString()).toBe(body === "" ? "" : LOGIN);
      socket.destroy();
    }
  });

  it("is one over HTTP/2 as well", async () => {
    const scene = await captureScene();
    const access = grant(scene);
    const secured = await openTls(scene.rig, scene.run, { host: TOKEN_HOST, protocols: ["h2"] });
    const session = connectHttp2(`https://${TOKEN_HOST}`, { createConnection: () => secured });
    const ask = async (): Promise<{ head: Record<string, unknown>; body: string }> => {
      const stream = session.request({ ":path": TOKEN_PATH, ":method": "POST", "content-type": "application/x-www-form-urlencoded" });
      stream.end(LOGIN);
      const [head] = (await once(stream, "response")) as [Record<string, unknown>];
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return { head, body: Buffer.concat(chunks).toString() };
    };
    const granted = await ask();
    expect(granted.head[":status"]).toBe(200);
    expect(JSON.parse(granted.body)).toEqual({ access_token: standIn(scene) });
    expect(granted.body).not.toContain(access);
    scene.answerWith({ status: 204 });
    expect(await ask()).toMatchObject({ head: { ":status": 204 }, body: "" });
    scene.answerWith({ headers: JSON_TYPE, body: '{"access_token":7}' });
    expect((await ask()).head[":status"]).toBe(502);
    session.close();
  });

  it("gets a request of 64 KiB, and none that is longer", async () => {
    const scene = await captureScene();
    grant(scene);
    const pad = (length: number) => `${LOGIN}&x=${"y".repeat(length - LOGIN.length - 3)}`;
    expect((await scene.post(pad(64 * 1024))).status).toBe(200);
    expect((await scene.post(pad(64 * 1024 + 1))).status).toBe(431);
    expect(scene.requests).toHaveLength(1);
  });

  it("of a run that refuses what it does not bind is reached when its provider was named", async () => {
    const layers = [{ ...NO_RULES, denyUnmatched: true }];
    const scene = await captureScene({ layers });
    grant(scene);
    expect((await scene.post(LOGIN)).status).toBe(200);
    const other = await captureScene({ layers, captures: [] });
    const { head, socket } = await openConnect(other.rig, `${TOKEN_HOST}:443`, proxyAuthorization(other.run));
    expect(head).toContain("403");
    socket.destroy();
  });

  it("cannot be made to see a placeholder that stands for something else", async () => {
    const scene = await captureScene();
    grant(scene);
    await scene.post(LOGIN);
    const before = scene.requests.length;
    const inBody = await scene.post(`${LOGIN}&subject_token=${standIn(scene)}`);
    const inHead = await scene.post(LOGIN, {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Bearer ${standIn(scene)}`,
    });
    expect([inBody.status, inHead.status, scene.requests.length - before]).toEqual([403, 403, 0]);
  });

  it("is shown no key of another connection as a refresh token, but the one that is stored for it", async () => {
    const scene = await captureScene();
    grant(scene);
    await scene.post(LOGIN);
    const other = makeConnection(makeProvider({ ...bearerProvider, id: "other" }));
    scene.profile.give("run_other", [{ connection: other.binding.connection!, credential: other.credential }]);
    const before = scene.requests.length;
    const trade = async (token: string): Promise<number> => (await scene.post(`grant_type=refresh_token&refresh_token=${token}`)).status;
    const refused = [other.secrets["key"] ?? "", `1${other.secrets["key"]}`, `1${other.binding.placeholders["key"]}`];
    for (const token of refused) expect(await trade(token)).toBe(403);
    expect(scene.requests.length).toBe(before);
    expect(await trade(scene.real(scene.profile.connections()[0]) ?? "")).toBe(200);
  });
});

describe("a token endpoint among the provider's own hosts", () => {
  const definition = makeProvider({
    id: "acme",
    endpoints: [{ host: API_HOST }],
    inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
    capture: [{ host: API_HOST, paths: [TOKEN_PATH] }],
  });

  it("gets no credential that the tool did not mean to send, and its placeholder replaced where it did", async () => {
    const scene = await captureScene({ definition });
    const access = grant(scene);
    const post = async (headers: string): Promise<string> => {
      const socket = await openTls(scene.rig, scene.run, { host: API_HOST });
      const head = `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: ${API_HOST}\r\n${FORM}${headers}Content-Length: ${LOGIN.length}\r\n\r\n`;
      const reply = await exchangeRaw(socket, head + LOGIN, /\}$/);
      socket.destroy();
      return reply;
    };
    await post("");
    await post("");
    expect(scene.requests.at(-1)?.headers["authorization"]).toBeUndefined();
    const reply = await post(`Authorization: Bearer ${standIn(scene)}\r\n`);
    expect(scene.requests.at(-1)?.headers["authorization"]).toBe(`Bearer ${access}`);
    expect(scene.requests.at(-1)?.body.toString()).toBe(LOGIN);
    expect(reply).not.toContain(access);
  });
});
