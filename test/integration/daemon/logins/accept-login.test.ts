// Logins as the daemon takes them: values, host and check, against a real TLS server; nothing refused is stored.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LoginChecks, Params, Result } from "../../../../src/control/protocol.ts";
import { sampleDefinition, type Json } from "../../../support/sample-provider.ts";
import { startTlsUpstream, type TlsUpstream } from "../../../support/tls-upstream.ts";
import { KEY, refusal, useDaemon } from "../living-daemon.ts";

const HOSTS = ["api.acme.test", "eu.acme.test", "evil.acme.test"];
const ASKING: LoginChecks = { anyShape: false, doubtful: "ask", verify: true };
const daemon = useDaemon();
let upstream: TlsUpstream;

beforeEach(async () => {
  upstream = await startTlsUpstream({ hosts: HOSTS });
  const roots = join(daemon.home.root, "roots.pem");
  writeFileSync(roots, upstream.authority.certificatePem);
  const resolve = [...upstream.resolveEntries(HOSTS), "gone.acme.test:443=127.0.0.1:9"];
  daemon.home.set({ "upstream.resolve": resolve, "upstream.ca_file": roots, "network.allow": ["127.0.0.0/8"] });
});
afterEach(() => upstream.close());

async function define(changes: Json): Promise<void> {
  const text = JSON.stringify(sampleDefinition(changes));
  await daemon.client.call("provider.add", { path: "acme.json", text, force: true });
}

function login(change: Partial<Params<"connection.store">> = {}): Promise<Result<"connection.store">> {
  return daemon.store({ provider: "acme", checks: ASKING, ...change });
}

describe("a login that asks the provider", () => {
  it("sends the one declared request, with the key in its place, and says nothing more when the key is known", async () => {
    await define({ verify: { method: "POST", path: "/v1/me?fields=id", headers: { "X-Version": "2" }, body: '{"a":1}' } });
    upstream.answerWith({ body: "{}" });
    const stored = await login();
    expect(stored.notices.join()).not.toContain("check");
    expect(upstream.requests).toHaveLength(1);
    const [request] = upstream.requests;
    expect(request).toMatchObject({ method: "POST", target: "/v1/me?fields=id" });
    expect(request?.headers).toMatchObject({
      host: "api.acme.test",
      authorization: `Bearer ${KEY}`,
      "x-version": "2",
      "content-length": "7",
    });
    expect(request?.body.toString()).toBe('{"a":1}');
  });

  it("records the request before the key leaves, without it", async () => {
    await define({ verify: { path: "/v1/me?x=1" } });
    await login();
    const entries = await daemon.auditEntries();
    const asked = entries.filter(({ kind }) => kind === "request");
    expect(asked).toEqual([
      expect.objectContaining({ provider: "acme", method: "GET", host: "api.acme.test", path: "/v1/me", runId: null }),
    ]);
    expect(JSON.stringify(entries)).not.toContain(KEY);
  });

  it.each([
    [401, {}],
    [403, { refusedStatus: [401, 403] }],
  ])("stores nothing of a key that is refused with %i, unless told not to ask", async (status, said) => {
    await define({ verify: { path: "/v1/me", ...said } });
    upstream.answerWith({ status, body: `your key ${KEY} is wrong` });
    const refused = await refusal(login());
    expect(refused).toMatchObject({ code: "LOGIN_REJECTED", exitCode: 3, hint: expect.stringContaining("--no-verify") as string });
    expect(JSON.stringify(refused)).not.toContain(KEY);
    expect(await daemon.connections()).toEqual([]);
    await login({ checks: { ...ASKING, verify: false } });
    expect(await daemon.connections()).toEqual(["acme=default*"]);
    expect(upstream.requests).toHaveLength(1);
  });

  it("keeps the old key when its replacement is refused", async () => {
    await define({ verify: { path: "/v1/me" } });
    await login();
    const before = await daemon.client.call("connection.get", { profile: null, provider: "acme", connection: null });
    upstream.answerWith({ status: 401 });
    expect(await refusal(login({ force: true, fields: { key: `${KEY}x` } }))).toMatchObject({ code: "LOGIN_REJECTED" });
    const after = await daemon.client.call("connection.get", { profile: null, provider: "acme", connection: null });
    expect(after.id).toBe(before.id);
  });

  it("stores a key that is known but limited, with a notice", async () => {
    await define({ verify: { path: "/v1/me" } });
    upstream.answerWith({ status: 403 });
    expect((await login()).notices).toContainEqual(expect.stringMatching(/knows the credential, but it is limited \(.*403\)/));
  });

  it("stores with a warning when the provider cannot be reached", async () => {
    const examples = { match: ["GET https://gone.acme.test/"], ignore: ["GET https://acme.test/"] };
    await define({ endpoints: [{ host: "gone.acme.test" }], verify: { path: "/v1/me" }, examples });
    expect((await login()).notices).toContainEqual(expect.stringContaining("gone.acme.test cannot be reached (UPSTREAM_UNREACHABLE)"));
  });
});

describe("a provider whose users have hosts of their own", () => {
  const tenant = {
    endpoints: [{ host: "{tenant}.acme.test", paths: ["/api/**"] }],
    tenant: { label: "Site", example: "eu.acme.test" },
    verify: { path: "/api/me" },
    examples: { match: ["GET https://eu.acme.test/api/me"], ignore: ["GET https://acme.test/api/me"] },
  };

  it("is bound to the one host that was given, and asked there", async () => {
    await define(tenant);
    await login({ fields: { host: "https://EU.acme.test/start", key: KEY } });
    expect(upstream.requests.map(({ headers }) => headers["host"])).toEqual(["eu.acme.test"]);
    const connection = await daemon.client.call("connection.get", { profile: null, provider: "acme", connection: null });
    expect(connection.origins).toEqual([{ host: "eu.acme.test", port: 443 }]);
    // A definition that changes later changes nothing about it.
    await define({ ...tenant, endpoints: [{ host: "{tenant}.acme.test" }, { host: "api.acme.test" }] });
    const after = await daemon.client.call("connection.get", { profile: null, provider: "acme", connection: null });
    expect(after.origins).toEqual(connection.origins);
  });

  it.each([
    ["", "KEY_EMPTY"],
    ["eu.acme.test.evil.test", "HOST_INVALID"],
  ])("refuses the host %j before anything is sent or stored", async (host, code) => {
    await define(tenant);
    expect(await refusal(login({ fields: { host, key: KEY } }))).toMatchObject({ code });
    expect(upstream.requests).toEqual([]);
    expect(await daemon.connections()).toEqual([]);
  });
});

describe("an unusual value", () => {
  const doubtful = {
    fields: [
      {
        name: "key",
        label: "API key",
        pattern: "^ak-[a-z0-9]{20}$",
        patternCheck: "ask",
        hint: "Acme keys usually start with 'ak-'",
        placeholder: { prefix: "ak-", length: 23, alphabet: "lower-base36" },
      },
      { name: "extra", label: "Extra key", optional: true },
    ],
    inject: [
      [
        { in: "header", name: "Authorization", templates: ["Bearer {key}"] },
        { in: "header", name: "X-Extra", templates: ["{extra}"] },
      ],
    ],
  };
  const quiet: LoginChecks = { anyShape: false, doubtful: "warn", verify: false };

  it("is a question where somebody can be asked, a notice where not, and nothing with --any-shape", async () => {
    await define(doubtful);
    expect(await refusal(login({ checks: { ...quiet, doubtful: "ask" } }))).toMatchObject({ code: "KEY_UNUSUAL", exitCode: 4 });
    expect(await daemon.connections()).toEqual([]);
    expect((await login({ checks: quiet })).notices).toContainEqual(expect.stringContaining("Acme keys usually start with 'ak-'"));
    const silent = await login({ checks: { ...quiet, anyShape: true }, connection: "other" });
    expect(silent.notices).toEqual([]);
  });

  it("is refused where the sources agree, and stored all the same with --any-shape", async () => {
    const fields = doubtful.fields.map((field) => ({ ...field, patternCheck: "refuse" }));
    await define({ ...doubtful, fields });
    expect(await refusal(login({ checks: quiet }))).toMatchObject({
      code: "KEY_SHAPE",
      hint: expect.stringContaining("--any-shape") as string,
    });
    await login({ checks: { ...quiet, anyShape: true } });
  });

  it("of an optional field may be missing: no placeholder is made for it", async () => {
    await define(doubtful);
    await login({ checks: { ...quiet, anyShape: true } });
    const connection = await daemon.client.call("connection.get", { profile: null, provider: "acme", connection: null });
    expect(Object.keys(connection.placeholders)).toEqual(["key"]);
  });
});
