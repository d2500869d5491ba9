import { describe, expect, it } from "vitest";
import { receive, type RequestHead } from "../../../../src/proxy/steps/receive.ts";

const arrival = {
  tunnel: { runId: "run_a", authority: { host: "api.test", port: 443 }, scheme: "https" },
  requestId: "req_a",
  startedAtMs: 1,
} as const;
const head = (part: Partial<RequestHead> = {}): RequestHead => ({
  method: "GET",
  target: "/a?b=c?d",
  httpVersion: "1.1",
  headers: ["Host", "api.test"],
  ...part,
});
const code = (part: Partial<RequestHead>): string => {
  try {
    receive(head(part), arrival);
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const withHost = (...headers: string[]) => ({ headers: ["Host", "api.test", ...headers] });

describe("receive", () => {
  it("gives the request with its path apart from the query", () => {
    expect(receive(head(), arrival)).toMatchObject({ ...arrival.tunnel, method: "GET", target: "/a?b=c?d", path: "/a" });
  });

  it.each([["Api.Test"], ["api.test."], ["api.test:443"]])("knows the host spelled %s", (host) =>
    expect(code({ headers: ["host", host] })).toBe("accepted"),
  );

  it.each([["evil.test"], ["api.test:80"], ["api.test.evil.test"], ["xapi.test"], ["[::1]"]])("refuses the host %s as another", (host) =>
    expect(code({ headers: ["Host", host] })).toBe("HOST_MISMATCH"),
  );

  it.each([[""], ["api.test:"], ["user@api.test"], ["api.test\t"], ["api.test, api.test"], ["api%2etest"]])(
    "refuses the Host field %j as malformed",
    (host) => expect(code({ headers: ["Host", host] })).toBe("REQUEST_MALFORMED"),
  );

  it.each([["*"], ["a"], ["https://api.test/"], ["/a b"], ["/a#b"], ["/ä"], ["/\x7f"], [""]])("refuses the target %j", (target) =>
    expect(code({ target })).toBe("REQUEST_MALFORMED"),
  );

  it.each([["TRACE"], ["TRACK"], ["CONNECT"]])("never carries %s", (method) => expect(code({ method })).toBe("METHOD_REFUSED"));

  it.each([
    ["Content-Length", "+1"],
    ["Content-Length", "1,1"],
    ["Content-Length", "0x1"],
    ["Content-Length", "99999999999999999"],
    ["Transfer-Encoding", "gzip, chunked"],
    ["Transfer-Encoding", "identity"],
    ["X Y", "1"],
    ["X", "a\x01b"],
    ["X", "a\nb"],
  ])("refuses %s: %j", (name, value) => expect(code(withHost(name, value))).toBe("REQUEST_MALFORMED"));

  it("takes one plain length or one chunked", () => {
    expect(code(withHost("Content-Length", "12"))).toBe("accepted");
    expect(code(withHost("Transfer-Encoding", "Chunked"))).toBe("accepted");
    expect(code({ ...withHost("Transfer-Encoding", "chunked"), httpVersion: "1.0" })).toBe("REQUEST_MALFORMED");
  });

  it("answers an upgrade with its own code", () => {
    expect(code(withHost("Upgrade", "websocket"))).toBe("UPGRADE_UNSUPPORTED");
    expect(code(withHost("Connection", "keep-alive, Upgrade"))).toBe("UPGRADE_UNSUPPORTED");
  });
});
