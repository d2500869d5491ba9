// The check of a login against a real TLS server: what is sent, and what each answer means.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomText } from "../../../../src/core/ids.ts";
import { Secret } from "../../../../src/core/secret.ts";
import type { Verdict } from "../../../../src/providers/login/judge-answer.ts";
import { verifyCredential } from "../../../../src/daemon/verify/verify-credential.ts";
import { bundledProvidersDirectory, loadProviders } from "../../../../src/providers/catalogue.ts";
import type { Provider } from "../../../../src/providers/schema.ts";
import { verifyTarget } from "../../../../src/providers/login/verify-target.ts";
import type { DialSettings } from "../../../../src/proxy/ports.ts";
import { concreteHost } from "../../../support/placement.ts";
import { type Json, sampleProvider } from "../../../support/sample-provider.ts";
import { type Answer, startTlsUpstream, type TlsUpstream } from "../../../support/tls-upstream.ts";

const KEY = `key-${randomText(24)}`;
const bundled = loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: "/nowhere" })
  .list()
  .filter(({ verify }) => verify !== undefined);
let upstream: TlsUpstream;
let settings: DialSettings;

function hostOf(provider: Provider): string {
  const tenant = provider.endpoints.find(({ host }) => host.startsWith("{tenant}"))?.host;
  return verifyTarget(provider, tenant === undefined ? null : concreteHost(tenant, provider))?.authority.host ?? "";
}

beforeAll(async () => {
  const hosts = ["api.acme.test", "evil.acme.test", ...new Set(bundled.map(hostOf))];
  upstream = await startTlsUpstream({ hosts });
  settings = {
    allow: ["127.0.0.0/8"],
    resolve: [...upstream.resolveEntries(hosts), "gone.acme.test:443=127.0.0.1:9"],
    proxy: null,
    roots: [upstream.authority.certificatePem],
  };
});
afterAll(() => upstream.close());

async function check(provider: Provider, change: { settings?: DialSettings; origins?: readonly string[] } = {}): Promise<Verdict | null> {
  const fields = Object.fromEntries(provider.fields.map(({ name }) => [name, new Secret(name === "key" ? KEY : `${name}-${KEY}`)]));
  const tenant = provider.endpoints.find(({ host }) => host.startsWith("{tenant}"))?.host;
  const host = tenant === undefined ? null : concreteHost(tenant, provider);
  const origins = (change.origins ?? [hostOf(provider)]).map((name) => ({ host: name, port: 443 }));
  return verifyCredential(
    { provider, fields, origins, host },
    { dialler: () => ({ settings: change.settings ?? settings, ownPorts: [] }), onRelease: async () => undefined },
  );
}

async function verdictFor(verify: Json, answer: Answer): Promise<Verdict | null> {
  upstream.answerWith(answer);
  return check(sampleProvider({ verify: { path: "/v1/me", ...verify } }));
}

describe("the check of a login", () => {
  it.each<[string, Json, Answer, Verdict["outcome"]]>([
    ["200", {}, {}, "known"],
    ["401", {}, { status: 401 }, "refused"],
    ["403", {}, { status: 403 }, "limited"],
    ["403 where that is a wrong key", { refusedStatus: [401, 403] }, { status: 403 }, "refused"],
    ["500", {}, { status: 500 }, "unknown"],
    ["429", {}, { status: 429 }, "unknown"],
    ["a redirect", {}, { status: 302, headers: { location: "https://evil.acme.test/" } }, "unknown"],
    ["cut off", {}, { headers: { "content-length": "100" }, body: "x", abort: true }, "unknown"],
    ["ok:false", { bodyCheck: { pointer: "/ok", equals: true } }, { body: '{"ok":false}' }, "refused"],
    ["ok:true", { bodyCheck: { pointer: "/ok", equals: true } }, { body: '{"ok":true}' }, "known"],
    ["nobody", { bodyCheck: { pointer: "/user/id", differs: null } }, { body: '{"user":{"id":null}}' }, "refused"],
    ["nothing there", { bodyCheck: { pointer: "/user/id", differs: null } }, { body: "{}" }, "refused"],
    ["somebody", { bodyCheck: { pointer: "/user/id", differs: null } }, { body: '{"user":{"id":7}}' }, "known"],
    ["no JSON", { bodyCheck: { pointer: "/ok", equals: true } }, { body: "<html>" }, "unknown"],
    [
      "endless",
      { bodyCheck: { pointer: "/ok", equals: true } },
      { chunks: Array.from({ length: 40 }, () => " ".repeat(32_768)) },
      "unknown",
    ],
    ["the right header", { headerCheck: { name: "X-Known", equals: "yes" } }, { headers: { "x-known": "yes" } }, "known"],
    ["the wrong header", { headerCheck: { name: "X-Known", equals: "yes" } }, { headers: { "x-known": "no" } }, "refused"],
  ])("takes an answer of %s for what it is", async (_what, verify, answer, outcome) => {
    expect((await verdictFor(verify, answer))?.outcome).toBe(outcome);
  });

  it("never goes where a redirect points, nor to a host that is not bound", async () => {
    const before = upstream.requests.length;
    expect(await check(sampleProvider({ verify: { path: "/v1/me" } }), { origins: ["evil.acme.test"] })).toBeNull();
    expect(upstream.requests).toHaveLength(before);
    expect(upstream.requests.filter(({ headers }) => headers["host"] === "evil.acme.test")).toEqual([]);
  });

  it("says why when nobody answers, or somebody else does", async () => {
    const examples = { match: ["GET https://gone.acme.test/"], ignore: ["GET https://acme.test/"] };
    const gone = sampleProvider({ endpoints: [{ host: "gone.acme.test" }], verify: { path: "/v1/me" }, examples });
    expect(await check(gone)).toMatchObject({ outcome: "unknown", reason: "gone.acme.test cannot be reached (UPSTREAM_UNREACHABLE)" });
    const before = upstream.requests.length;
    const untrusting = await check(sampleProvider({ verify: { path: "/v1/me" } }), { settings: { ...settings, roots: undefined } });
    expect(untrusting).toMatchObject({ outcome: "unknown", reason: "api.acme.test cannot be reached (UPSTREAM_TLS)" });
    expect(upstream.requests).toHaveLength(before);
  });

  it("declares nothing, asks nothing", async () => {
    expect(await check(sampleProvider())).toBeNull();
  });
});

describe("the declared check of every bundled definition", () => {
  it("is sent as declared, with the key and to a host of its own", async () => {
    upstream.answerWith({ status: 401 });
    for (const provider of bundled) {
      const verdict = await check(provider);
      const request = upstream.requests.at(-1);
      expect([provider.id, request?.method, request?.headers["host"]]).toEqual([provider.id, provider.verify?.method, hostOf(provider)]);
      expect([provider.id, request?.target.startsWith(provider.verify?.path ?? "")]).toEqual([provider.id, true]);
      const heard = `${request?.target} ${JSON.stringify(request?.headers)} ${Buffer.from(String(request?.headers["authorization"]).replace(/^Basic /, ""), "base64").toString("latin1")}`;
      expect([provider.id, heard.includes(KEY)]).toEqual([provider.id, true]);
      expect([provider.id, verdict?.status]).toEqual([provider.id, 401]);
    }
  });
});
