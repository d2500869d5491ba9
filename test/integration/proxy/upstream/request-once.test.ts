// One request of keyward's own against a real TLS server: framing, limits, and that it stays with the host it was made for.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requestOnce, type SingleRequest } from "../../../../src/proxy/upstream/request-once.ts";
import { startTlsUpstream, type TlsUpstream } from "../../../support/tls-upstream.ts";

let upstream: TlsUpstream;
beforeEach(async () => {
  upstream = await startTlsUpstream({ hosts: ["api.acme.test"] });
});
afterEach(() => upstream.close());

function request(change: Partial<SingleRequest> = {}): SingleRequest {
  const settings = {
    allow: ["127.0.0.0/8"],
    resolve: upstream.resolveEntries(["api.acme.test", "other.acme.test"]),
    proxy: null,
    roots: [upstream.authority.certificatePem],
  };
  return {
    outgoing: { method: "GET", target: "/me?a=1", headers: ["X-Key", "k"] },
    body: null,
    authority: { host: "api.acme.test", port: 443 },
    dialler: { settings, ownPorts: [] },
    timeoutMs: 5_000,
    maxBytes: 1_000,
    ...change,
  };
}

describe("requestOnce", () => {
  it("sends what it was given and gives the answer back, then closes the connection", async () => {
    upstream.answerWith({ status: 203, headers: { "x-answer": "yes" }, body: "text" });
    const answer = await requestOnce(request());
    expect(answer).toMatchObject({ status: 203, isCut: false });
    expect(answer.body.toString()).toBe("text");
    expect(upstream.requests[0]).toMatchObject({ target: "/me?a=1", headers: { host: "api.acme.test", "x-key": "k" } });
    await upstream.connections[0]?.closed;
  });

  it("sends a body with its length", async () => {
    await requestOnce(request({ outgoing: { method: "POST", target: "/", headers: [] }, body: "ä" }));
    expect(upstream.requests[0]).toMatchObject({ method: "POST", headers: { "content-length": "2" } });
    expect(upstream.requests[0]?.headers["transfer-encoding"]).toBeUndefined();
    expect(upstream.requests[0]?.body.toString()).toBe("ä");
  });

  it("cuts a long answer and ends the connection", async () => {
    upstream.answerWith({ chunks: Array.from({ length: 100 }, () => "x".repeat(500)) });
    const answer = await requestOnce(request());
    expect(answer).toMatchObject({ status: 200, isCut: true });
    expect(answer.body).toHaveLength(1_000);
    await upstream.connections[0]?.closed;
  });

  it("sends nothing when a field would end its line early", async () => {
    const outgoing = { method: "GET", target: "/", headers: ["X-Key", "k\r\nX-Other: 1"] };
    await expect(requestOnce(request({ outgoing }))).rejects.toMatchObject({ code: "UPSTREAM_BROKEN" });
    expect(upstream.connections).toEqual([]);
  });

  it("gives up in time", async () => {
    upstream.answerWith(() => new Promise(() => undefined));
    await expect(requestOnce(request({ timeoutMs: 300 }))).rejects.toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    await upstream.connections[0]?.closed;
  });

  it("says nothing to a host with another name in its certificate", async () => {
    await expect(requestOnce(request({ authority: { host: "other.acme.test", port: 443 } }))).rejects.toMatchObject({
      code: "UPSTREAM_TLS",
    });
    expect(upstream.requests).toEqual([]);
  });
});
