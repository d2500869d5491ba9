import { describe, expect, it, vi } from "vitest";
import { answerPage, bearerOf } from "../../../../src/daemon/gateway/gateway-pages.ts";

const parts = { certificatePem: "PEM", bindingsOf: vi.fn(() => null) };
const ask = (path: string, more = "") => answerPage(`GET ${path} HTTP/1.1\r\nHost: gateway:8788\r\n${more}`, parts);

describe("what a gateway says about itself", () => {
  it("is that it lives and whom to trust, without a token", () => {
    expect(ask("/healthz")).toEqual({ status: 200, body: "ok\n" });
    expect(ask("/ca.pem")).toEqual({ status: 200, body: "PEM" });
  });

  it("is no variable without a good token", () => {
    expect(ask("/env")).toMatchObject({ status: 401 });
    expect(ask("/env", "Authorization: Bearer kw_run_x\r\n")).toMatchObject({ status: 401 });
    expect(parts.bindingsOf).toHaveBeenCalledExactlyOnceWith("kw_run_x");
  });

  it.each(["CONNECT a:443 HTTP/1.1\r\n", "GET http://a/env HTTP/1.1\r\n", "POST /env HTTP/1.1\r\n", "GET /env/x HTTP/1.1\r\n"])(
    "leaves %j to the proxy",
    (head) => {
      expect(answerPage(head, parts)).toBeNull();
    },
  );

  it("reads a bearer token of any case, and no other scheme", () => {
    expect([bearerOf("AUTHORIZATION: bearer  abc\r\n"), bearerOf("Authorization: Basic abc\r\n")]).toEqual(["abc", null]);
  });
});
