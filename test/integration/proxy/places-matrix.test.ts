// Every kind of place against every position of a request: the placeholder is replaced in the declared one and arrives unchanged
// in all others. Over real sockets, since what counts is what the upstream receives.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeConnection, makeProvider, proxyAgent, type Rig, send, startRig } from "../../support/proxy-rig.ts";
import { type RecordedRequest, startTlsUpstream, type TlsUpstream } from "../../support/tls-upstream.ts";

const HOST = "api.acme.test";
let upstream: TlsUpstream;
let rig: Rig;
beforeAll(async () => {
  upstream = await startTlsUpstream({ hosts: [HOST] });
  rig = await startRig({ upstreams: [upstream], hosts: [HOST] });
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

const PLACES = {
  header: { in: "header", name: "X-Key", templates: ["{key}"] },
  basic: { in: "basic", username: "user", password: "{key}" },
  query: { in: "query", name: "key", template: "{key}" },
  path: { in: "path", template: "/v1/{key}/**" },
  cookie: { in: "cookie", name: "sid", template: "{key}" },
  form: { in: "form", name: "token", template: "{key}" },
  json: { in: "json", pointer: "/auth/token", template: "{key}" },
} as const;
type Kind = keyof typeof PLACES;
const KINDS = Object.keys(PLACES) as Kind[];

/** A request with `text` at every position some kind could look at, and at their neighbours. */
function everywhere(text: string, bodyType: "form" | "json"): Parameters<typeof send>[1] {
  const form = `token=${text}&text=${text}&${text}=1`;
  const json = JSON.stringify({ token: text, auth: { token: text, other: text, list: [text] }, [text]: 1 });
  return {
    host: HOST,
    method: "POST",
    path: `/v1/${text}/${text}?key=${text}&other=${text}`,
    headers: {
      "X-Key": text,
      "X-Other": `a ${text}`,
      Authorization: `Basic ${Buffer.from(`user:${text}`).toString("base64")}`,
      Cookie: `sid=${text}; other=${text}`,
      "Content-Type": bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json",
    },
    body: bodyType === "form" ? form : json,
  };
}

/** What stands at each position; `basic` decoded. */
function positions(seen: RecordedRequest): Record<string, string> {
  const url = new URL(seen.target, "https://h.test");
  const body = seen.body.toString();
  const isJson = body.startsWith("{");
  const cookies = String(seen.headers["cookie"]).split("; ");
  return {
    header: String(seen.headers["x-key"]),
    "other header": String(seen.headers["x-other"]),
    basic: Buffer.from(String(seen.headers["authorization"]).slice(6), "base64").toString(),
    path: url.pathname.split("/")[2] ?? "",
    "other segment": url.pathname.split("/")[3] ?? "",
    query: url.searchParams.get("key") ?? "",
    "other parameter": url.searchParams.get("other") ?? "",
    cookie: cookies[0] ?? "",
    "other cookie": cookies[1] ?? "",
    ...(isJson ? { json: JSON.stringify(JSON.parse(body).auth.token) } : { form: new URLSearchParams(body).get("token") ?? "" }),
    "rest of the body": isJson ? body.replace(/"token":"[^"]*","other"/, "") : body.replace(/^token=[^&]*/, ""),
  };
}

describe.each(KINDS)("a place of kind %s", (kind) => {
  it.each(["form", "json"] as const)("is the only one where the placeholder is replaced (%s body)", async (bodyType) => {
    const provider = makeProvider({ id: `only-${kind}`, endpoints: [{ host: HOST }], inject: [[PLACES[kind]]] });
    const connection = makeConnection(provider);
    const placeholder = connection.binding.placeholders["key"] ?? "";
    const key = connection.secrets["key"] ?? "";
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const request = everywhere(placeholder, bodyType);
    await send(agent, request);
    agent.destroy();
    const seen = positions(await upstream.nextRequest());
    const expected = Object.entries(positions(asSent(request))).map(([where, text]) => [
      where,
      where === kind ? text.replace(placeholder, key) : text,
    ]);
    expect(seen).toEqual(Object.fromEntries(expected));
    const isThere = kind in seen;
    expect(JSON.stringify(seen).includes(key)).toBe(isThere);
    expect(JSON.stringify(rig.audit)).not.toContain(key);
  });
});

function asSent(request: Parameters<typeof send>[1]): RecordedRequest {
  const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return { target: request.path ?? "", headers, body: Buffer.from(request.body ?? "") } as RecordedRequest;
}

describe("several places in one alternative", () => {
  it("are filled and replaced together: header, query and cookie", async () => {
    const fields = ["a", "b", "c"].map((name) => ({ name, label: name }));
    const inject = [
      [
        { in: "header", name: "X-A", templates: ["Key {a}"] },
        { in: "query", name: "b", template: "{b}" },
        { in: "cookie", name: "c", template: "{c}" },
      ],
    ];
    const connection = makeConnection(makeProvider({ id: "three", endpoints: [{ host: HOST }], fields, inject }));
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const { a, b, c } = connection.binding.placeholders;
    await send(agent, { host: HOST, path: "/x?y=1", headers: { Cookie: "z=1" } });
    await send(agent, { host: HOST, path: `/x?b=${b}`, headers: { "X-A": `Key ${a}`, Cookie: `c=${c}; z=1` } });
    agent.destroy();
    const [filled, replaced] = [await upstream.nextRequest(), await upstream.nextRequest()];
    const real = connection.secrets;
    expect([filled.headers["x-a"], filled.target, filled.headers["cookie"]]).toEqual([
      `Key ${real["a"]}`,
      `/x?y=1&b=${real["b"]}`,
      `z=1; c=${real["c"]}`,
    ]);
    expect([replaced.headers["x-a"], replaced.target, replaced.headers["cookie"]]).toEqual([
      `Key ${real["a"]}`,
      `/x?b=${real["b"]}`,
      `c=${real["c"]}; z=1`,
    ]);
  });
});

describe("a path with a credential", () => {
  const provider = makeProvider({ id: "bot", endpoints: [{ host: HOST }], inject: [[{ in: "path", template: "/bot{key}/**" }]] });

  it("is in the audit as the child wrote it, without a key of its own", async () => {
    const connection = makeConnection(provider);
    const agent = proxyAgent(rig, rig.addRun([connection]));
    const placeholder = connection.binding.placeholders["key"];
    const before = rig.audit.length;
    for (const path of [`/bot${placeholder}/getMe`, "/bot42:my-own/getMe", "/robots.txt"]) await send(agent, { host: HOST, path });
    agent.destroy();
    const targets = [await upstream.nextRequest(), await upstream.nextRequest(), await upstream.nextRequest()].map(({ target }) => target);
    expect(targets).toEqual([`/bot${connection.secrets["key"]}/getMe`, "/bot42:my-own/getMe", "/robots.txt"]);
    const lines = rig.audit.slice(before).filter(({ isRelease }) => !isRelease);
    expect(lines.map(({ path, credential }) => [path, credential])).toEqual([
      [`/bot${placeholder}/getMe`, "injected"],
      ["/bot{key}/getMe", "own"],
      ["/robots.txt", "none"],
    ]);
  });
});
