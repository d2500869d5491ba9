import { afterEach, describe, expect, it } from "vitest";
import { sendOAuthBy } from "../../../../src/daemon/oauth/send-oauth-by.ts";
import { startTlsUpstream, type TlsUpstream } from "../../../support/tls-upstream.ts";

const HOST = "auth.acme.test";
let upstream: TlsUpstream;
afterEach(() => upstream.close());

async function sender(options: { readonly trusts?: boolean } = {}) {
  upstream = await startTlsUpstream({
    hosts: [HOST],
    answer: { status: 302, headers: { location: "https://elsewhere.test/" }, body: "moved" },
  });
  const settings = {
    allow: ["127.0.0.0/8"],
    resolve: upstream.resolveEntries([HOST]),
    proxy: null,
    roots: options.trusts === false ? [] : [upstream.authority.certificatePem],
  };
  return sendOAuthBy(() => ({ settings, ownPorts: [] }));
}

const request = {
  method: "POST",
  url: new URL(`https://${HOST}/token?a=1`),
  headers: ["accept", "application/json"],
  body: "grant_type=x",
  timeoutMs: 10_000,
  maxBytes: 1_000,
};

describe("an OAuth request", () => {
  it("goes to the address as it is, and a redirect is an answer that nobody follows", async () => {
    const send = await sender();
    expect(await send(request)).toMatchObject({ status: 302, isCut: false });
    expect(upstream.requests).toHaveLength(1);
    expect(upstream.requests[0]).toMatchObject({ method: "POST", target: "/token?a=1", headers: { host: HOST } });
    expect(upstream.requests[0]?.body.toString()).toBe("grant_type=x");
  });

  it("is cut where the answer is longer than wanted", async () => {
    const send = await sender();
    const answer = await send({ ...request, maxBytes: 2 });
    expect([answer.body.length, answer.isCut]).toEqual([2, true]);
  });

  it("does not leave for a server that cannot show who it is", async () => {
    const send = await sender({ trusts: false });
    await expect(send(request)).rejects.toMatchObject({ code: "UPSTREAM_TLS" });
    expect(upstream.requests).toEqual([]);
  });
});
