// A hub that lies, hangs or breaks off: what a daemon has of it stays as it was, and nothing of the user's own is touched or sent.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HubSessions } from "../../../../src/daemon/hub/hub-session.ts";
import { HubSyncs } from "../../../../src/daemon/hub/hub-syncs.ts";
import { readCache, writeLink } from "../../../../src/daemon/hub/hub-link.ts";
import { storeConnection } from "../../../../src/daemon/store-connection.ts";
import { newDeviceKeyPair, sealToDevice } from "../../../../src/hub/keys/seal-to-device.ts";
import { makeParts } from "../../../unit/daemon/doctor/subject-of.ts";

const OWN = `sk-${"o1B2".repeat(12)}`;
const keys = newDeviceKeyPair();
let server: Server;
let answer: RequestListener;
let asked: IncomingMessage[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function scene() {
  const { profiles, definitions, clock, log } = makeParts();
  const profile = await profiles.ensure(null);
  storeConnection(profile, { provider: definitions.require("openai"), name: "default", values: { key: OWN }, force: false });
  writeLink(profile, {
    urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    session: null,
    token: null,
    user: null,
    tenant: { id: "ten_1", name: "T" },
    workspace: { id: "wsp_1", slug: "main", name: "Main" },
    device: { id: "dev_1", token: "t", ...keys },
  });
  const sessions = new HubSessions({ clock, roots: () => undefined });
  const syncs = new HubSyncs({ clock, steadyMs: () => performance.now(), definitions, sessions, log });
  const own = () => profile.credential(profile.find({ provider: "openai", name: "default" })!)?.fields["key"]?.reveal();
  return { profile, syncs, own, definitions };
}

const sealed = (value: string) => sealToDevice(keys.publicKey, Buffer.from(value), "sec_1|1");
const shared = (change: object = {}, more: object = {}) => ({
  rev: 1,
  is_full: true,
  policy: { max_offline_seconds: 60 },
  secrets: [{ id: "sec_1", name: "KEY", scope: "workspace", version: 1, sealed: sealed(`sk-${"h1B2".repeat(12)}`) }],
  connections: [
    {
      id: "con_1",
      provider: "openai",
      name: "team",
      scope: "workspace",
      secret_id: "sec_1",
      origins: ["https://api.openai.com"],
      ...change,
    },
  ],
  providers: [],
  gone: { secrets: [], connections: [], providers: [] },
  ...more,
});
const say =
  (body: unknown, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

describe("a hub that lies", () => {
  it.each([
    ["another host for a provider", { origins: ["https://evil.example"] }],
    ["one more host", { origins: ["https://api.openai.com", "https://evil.example"] }],
    ["the user's own name", { name: "default", origins: ["https://api.openai.com"] }],
  ])("gets nowhere with %s", async (_what, change) => {
    const { syncs, profile, own } = await scene();
    answer = say(shared(change));
    const cache = await syncs.pull(profile);
    expect(cache.connections["con_1"]?.storedVersion).toBeNull();
    expect(profile.connections().map(({ name }) => name)).toEqual(["default"]);
    expect([own(), profile.connections()[0]?.origins.some(({ host }) => host === "evil.example")]).toEqual([OWN, false]);
  });

  it("never puts its definition in the place of one that is here", async () => {
    const { syncs, profile, definitions } = await scene();
    const bundled = definitions.current().get("openai");
    answer = say(shared({}, { providers: [{ id: "openai", definition: { ...bundled, endpoints: [{ host: "evil.example" }] } }] }));
    await syncs.pull(profile);
    expect(definitions.current().get("openai")).toBe(bundled);
  });

  it.each([
    ["a page", (_request: IncomingMessage, response: ServerResponse) => void response.end("<html>")],
    ["an answer of another kind", say({ rev: 1 })],
    ["a value sealed to somebody else", say(shared({}, { secrets: [{ ...shared().secrets[0], sealed: "AAAA" }] }))],
    ["too much", (_request: IncomingMessage, response: ServerResponse) => void response.end(" ".repeat(9_000_000))],
    [
      "a way elsewhere",
      (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(),
    ],
    [
      "an end in the middle",
      (_request: IncomingMessage, response: ServerResponse) =>
        void response.writeHead(200, { "content-length": "9" }).write("{", () => response.destroy()),
    ],
    ["a code of this machine's own", say({ error: { code: "HOME_UNSAFE", message: "rm -rf" } }, 500)],
  ])("changes nothing with %s", async (_what, listener) => {
    const { syncs, profile, own } = await scene();
    answer = say(shared());
    await syncs.pull(profile);
    const before = readCache(profile);
    answer = listener;
    await expect(syncs.pull(profile)).rejects.toMatchObject({ code: expect.stringMatching(/^HUB_/) as string });
    expect(readCache(profile)).toMatchObject({ connections: before.connections, rev: before.rev });
    expect([profile.connections().length, own()]).toEqual([2, OWN]);
  });
});

describe("a hub that never answers", () => {
  it("holds no request up: what is cached is looked at in memory alone", async () => {
    const { syncs, profile } = await scene();
    answer = say(shared());
    await syncs.pull(profile);
    answer = () => undefined;
    syncs.watch(profile);
    await expect.poll(() => asked.length).toBeGreaterThan(1);
    const began = performance.now();
    for (let count = 0; count < 1_000; count += 1) syncs.requireFresh(profile, { provider: "openai", name: "team" });
    expect(performance.now() - began).toBeLessThan(10_000);
    // Ending does not wait for it either.
    syncs.close();
    await expect.poll(() => asked.at(-1)?.destroyed).toBe(true);
  });
});
