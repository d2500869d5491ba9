// Injection over real sockets: TLS client → proxy → TLS upstream, and what the upstream saw.
import { afterEach, describe, expect, it } from "vitest";
import { startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";
import { bearerProvider, makeConnection, makeProvider, proxyAgent, type Rig, send, startRig } from "../../support/proxy-rig.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function rigFor(hosts = ["api.acme.test"]): Promise<{ rig: Rig; upstream: TlsUpstream }> {
  const upstream = await startTlsUpstream({ hosts });
  const rig = await startRig({ upstreams: [upstream], hosts });
  open.push(upstream, rig);
  return { rig, upstream };
}

describe("a request on a bound host", () => {
  it("gets the real key in place of the placeholder, and one audit line", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bearerProvider);
    const run = rig.addRun([connection]);
    const agent = proxyAgent(rig, run);
    const reply = await send(agent, {
      host: "api.acme.test",
      path: "/v1/things?x=1",
      headers: { Authorization: `Bearer ${connection.binding.placeholders["key"]}` },
    });
    agent.destroy();
    expect(reply).toMatchObject({ status: 200, body: "ok" });
    const seen = await upstream.nextRequest();
    expect(seen.headers["authorization"]).toBe(`Bearer ${connection.secrets["key"]}`);
    expect(seen.headers["host"]).toBe("api.acme.test");
    expect(seen.target).toBe("/v1/things?x=1");
    const lines = rig.audit.filter(({ isRelease }) => !isRelease);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ kind: "request", status: 200, credential: "injected", path: "/v1/things", provider: "acme" });
    expect(rig.audit[0]).toMatchObject({ isRelease: true, requestId: lines[0]?.requestId });
  });

  it("keeps the client's spelling of the scheme and takes the second declared form", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bearerProvider);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const placeholder = connection.binding.placeholders["key"];
    await send(agent, { host: "api.acme.test", headers: { authorization: `bearer ${placeholder}` } });
    await send(agent, { host: "api.acme.test", headers: { authorization: `token ${placeholder}` } });
    agent.destroy();
    expect((await upstream.nextRequest()).headers["authorization"]).toBe(`bearer ${connection.secrets["key"]}`);
    expect((await upstream.nextRequest()).headers["authorization"]).toBe(`token ${connection.secrets["key"]}`);
    expect(upstream.connections).toHaveLength(1);
  });

  it("is filled in when the slot is empty, and left alone when the child brought its own credential", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bearerProvider);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    await send(agent, { host: "api.acme.test" });
    await send(agent, { host: "api.acme.test", headers: { Authorization: "Bearer something-of-my-own" } });
    agent.destroy();
    expect((await upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${connection.secrets["key"]}`);
    expect((await upstream.nextRequest()).headers["authorization"]).toBe("Bearer something-of-my-own");
    expect(rig.audit.filter(({ isRelease }) => !isRelease).map(({ credential }) => credential)).toEqual(["filled", "own"]);
  });

  it("leaves the placeholder alone in every place that is not declared", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bearerProvider);
    const placeholder = connection.binding.placeholders["key"] ?? "";
    const agent = proxyAgent(rig, rig.addRun([connection]));
    await send(agent, {
      host: "api.acme.test",
      method: "POST",
      path: `/echo/${placeholder}?q=${placeholder}`,
      headers: { Authorization: `Bearer ${placeholder}`, "X-Other": placeholder, Cookie: `a=${placeholder}` },
      body: `{"key":"${placeholder}"}`,
    });
    agent.destroy();
    const seen = await upstream.nextRequest();
    expect(seen.headers["authorization"]).toBe(`Bearer ${connection.secrets["key"]}`);
    expect(seen.headers["x-other"]).toBe(placeholder);
    expect(seen.headers["cookie"]).toBe(`a=${placeholder}`);
    expect(seen.target).toBe(`/echo/${placeholder}?q=${placeholder}`);
    expect(seen.body.toString()).toBe(`{"key":"${placeholder}"}`);
  });

  it("is refused with a reason when the placeholder stands in the slot in another form", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bearerProvider);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const reply = await send(agent, { host: "api.acme.test", headers: { Authorization: `Key ${connection.binding.placeholders["key"]}` } });
    agent.destroy();
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "REQUEST_MALFORMED", provider: "acme" } });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe("places", () => {
  it("injects both headers of a provider with two secrets", async () => {
    const provider = makeProvider({
      id: "two",
      endpoints: [{ host: "api.acme.test" }],
      fields: [
        { name: "api_key", label: "API key" },
        { name: "app_key", label: "App key" },
      ],
      inject: [
        [
          { in: "header", name: "X-Api-Key", templates: ["{api_key}"] },
          { in: "header", name: "X-App-Key", templates: ["{app_key}"] },
        ],
      ],
    });
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(provider);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    await send(agent, { host: "api.acme.test" });
    await send(agent, {
      host: "api.acme.test",
      headers: { "x-api-key": connection.binding.placeholders["api_key"] ?? "", X_App_Key: "twin" },
    });
    agent.destroy();
    const filled = await upstream.nextRequest();
    expect(filled.headers).toMatchObject({ "x-api-key": connection.secrets["api_key"], "x-app-key": connection.secrets["app_key"] });
    const one = await upstream.nextRequest();
    expect(one.headers["x-api-key"]).toBe(connection.secrets["api_key"]);
    expect(one.headers["x-app-key"]).toBeUndefined();
  });

  it("injects inside Basic, as user or as password, and keeps the other half", async () => {
    const provider = makeProvider({
      id: "git",
      endpoints: [{ host: "api.acme.test" }],
      inject: [[{ in: "basic", username: "x-access-token", password: "{key}", anyUsername: true }]],
    });
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(provider);
    const placeholder = connection.binding.placeholders["key"];
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    for (const pair of [`me:${placeholder}`, `${placeholder}:x-oauth-basic`]) {
      await send(agent, { host: "api.acme.test", headers: { Authorization: basic(pair) } });
    }
    await send(agent, { host: "api.acme.test" });
    agent.destroy();
    const key = connection.secrets["key"];
    for (const pair of [`me:${key}`, `${key}:x-oauth-basic`, `x-access-token:${key}`]) {
      expect((await upstream.nextRequest()).headers["authorization"]).toBe(basic(pair));
    }
  });

  it("injects into a query parameter and leaves the rest of the target byte for byte", async () => {
    const provider = makeProvider({
      id: "query",
      endpoints: [{ host: "api.acme.test" }],
      inject: [[{ in: "query", name: "key", template: "{key}" }]],
    });
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(provider);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    await send(agent, { host: "api.acme.test", path: `/a%2Fb?x=%7e+1&key=${connection.binding.placeholders["key"]}&y` });
    await send(agent, { host: "api.acme.test", path: "/plain" });
    agent.destroy();
    expect((await upstream.nextRequest()).target).toBe(`/a%2Fb?x=%7e+1&key=${connection.secrets["key"]}&y`);
    expect((await upstream.nextRequest()).target).toBe(`/plain?key=${connection.secrets["key"]}`);
    expect(JSON.stringify(rig.audit)).not.toContain(connection.secrets["key"]);
  });
});

describe("connections", () => {
  it("are told apart by their placeholders in one run", async () => {
    const { rig, upstream } = await rigFor();
    const work = makeConnection(bearerProvider, { name: "work", isDefault: false });
    const home = makeConnection(bearerProvider, { name: "home" });
    const agent = proxyAgent(rig, rig.addRun([home, work]));
    for (const { binding } of [work, home]) {
      await send(agent, { host: "api.acme.test", headers: { Authorization: `Bearer ${binding.placeholders["key"]}` } });
    }
    await send(agent, { host: "api.acme.test" });
    agent.destroy();
    for (const { secrets } of [work, home, home]) {
      expect((await upstream.nextRequest()).headers["authorization"]).toBe(`Bearer ${secrets["key"]}`);
    }
    // One upstream connection per connection of the run, never shared.
    expect(upstream.connections).toHaveLength(2);
  });

  it("that are logged out are refused with the command to type, and nothing is sent", async () => {
    const { rig, upstream } = await rigFor();
    const connection = makeConnection(bearerProvider, { isLoggedOut: true });
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const reply = await send(agent, {
      host: "api.acme.test",
      headers: { Authorization: `Bearer ${connection.binding.placeholders["key"]}` },
    });
    agent.destroy();
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.body)).toMatchObject({
      error: { code: "LOGIN_REQUIRED", hint: "keyward login acme --connection default", provider: "acme" },
    });
    expect(reply.headers["proxy-status"]).toContain("LOGIN_REQUIRED");
    expect(upstream.requests).toHaveLength(0);
  });

  it("of another run mean nothing: their placeholder is refused as a leak", async () => {
    const { rig, upstream } = await rigFor();
    const mine = makeConnection(bearerProvider);
    const other = makeConnection(bearerProvider, { name: "other" });
    rig.addRun([other]);
    const run = rig.addRun([mine]);
    const agent = proxyAgent(rig, run);
    for (const headers of [
      { Authorization: `Bearer ${other.binding.placeholders["key"]}` },
      { "X-Note": `see ${other.binding.placeholders["key"]}` },
    ]) {
      const reply = await send(agent, { host: "api.acme.test", headers });
      expect(reply.status).toBe(403);
      expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "PLACEHOLDER_LEAK" } });
    }
    agent.destroy();
    expect(upstream.requests).toHaveLength(0);
    expect(run.counts).toEqual({ requests: 2, denied: 2 });
  });

  it("ambiguous without a default are refused", async () => {
    const { rig } = await rigFor();
    const one = makeConnection(bearerProvider, { name: "one", isDefault: false });
    const two = makeConnection(bearerProvider, { name: "two", isDefault: false });
    const agent = proxyAgent(rig, rig.addRun([one, two]));
    const reply = await send(agent, { host: "api.acme.test" });
    agent.destroy();
    expect(reply.status).toBe(409);
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: "CONNECTION_AMBIGUOUS" } });
  });
});
