// What is no request that could be carried, as it comes to the proxy's own port: each is answered with a code in JSON, has a line on the
// record, and ends its connection and no other. What breaks inside a tunnel is in tls-faults.test.ts, what breaks framing in framing-corpus.test.ts.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proxyAuthorization, type RigRun } from "../../support/proxy-rig.ts";
import { HOST, type RawRig, startRawRig } from "../../support/raw-rig.ts";
import { withLimit } from "../../support/wait.ts";

let at: RawRig;
beforeAll(async () => {
  at = await startRawRig({ onRequest: ({ socket }) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") });
});
afterAll(() => at.close());

/** Everything that comes back until the proxy ends the connection. */
function say(bytes: Buffer, ends: boolean): Promise<string> {
  const socket = connect({ port: at.rig.proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  let heard = "";
  socket.on("data", (chunk: Buffer) => (heard += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(bytes);
  if (ends) socket.end();
  const ended = new Promise<string>((resolve) => {
    socket.once("end", () => resolve(heard));
    socket.once("close", () => resolve(heard));
  });
  return withLimit(ended, "the connection to end").finally(() => socket.destroy());
}

const token = (run: RigRun = at.run): string => `Proxy-Authorization: ${proxyAuthorization(run)}\r\n`;
const open = (target: string, fields = token()): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${fields}\r\n`;
const whole = (line: string, host = HOST): string => `${line} HTTP/1.1\r\nHost: ${host}\r\n${token()}\r\n`;

const bytesOf = (told: string | Buffer): Buffer => (typeof told === "string" ? Buffer.from(told, "latin1") : told);

const CASES: readonly (readonly [string, () => string | Buffer, number, string])[] = [
  ["noise", () => Buffer.concat([Buffer.from([0]), randomBytes(500)]), 400, "REQUEST_MALFORMED"],
  ["TLS in place of CONNECT", () => Buffer.from("16030100c8010000c40303", "hex"), 400, "REQUEST_MALFORMED"],
  ["SOCKS", () => Buffer.from([5, 1, 0]), 400, "REQUEST_MALFORMED"],
  ["HTTP/2 in clear", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "REQUEST_MALFORMED"],
  ["a path alone", () => whole("GET /"), 400, "REQUEST_MALFORMED"],
  ["lines that end in LF", () => whole(`GET https://${HOST}/`).replaceAll("\r\n", "\n"), 400, "REQUEST_MALFORMED"],
  ["another scheme", () => whole(`GET ftp://${HOST}/`), 400, "REQUEST_MALFORMED"],
  ["a user in the URL", () => whole(`GET https://a:b@${HOST}/`), 400, "REQUEST_MALFORMED"],
  ["a fragment in the URL", () => whole(`GET https://${HOST}/#a`), 400, "REQUEST_MALFORMED"],
  ["another Host than the URL's", () => whole(`GET https://${HOST}/`, "evil.test"), 421, "HOST_MISMATCH"],
  ["TRACE", () => whole(`TRACE https://${HOST}/`), 405, "METHOD_REFUSED"],
  ["CONNECT without a port", () => open(HOST), 400, "REQUEST_MALFORMED"],
  ["CONNECT with a signed port", () => open(`${HOST}:+443`), 400, "REQUEST_MALFORMED"],
  ["CONNECT with two ports", () => open(`${HOST}:443:80`), 400, "REQUEST_MALFORMED"],
  ["CONNECT with a user", () => open(`a@${HOST}:443`), 400, "REQUEST_MALFORMED"],
  ["CONNECT with a NUL", () => open(`${HOST}%00:443`), 400, "REQUEST_MALFORMED"],
  ["CONNECT without a token", () => open(`${HOST}:443`, ""), 407, "PROXY_AUTH_REQUIRED"],
  ["CONNECT with a wrong token", () => open(`${HOST}:443`, "Proxy-Authorization: Basic eDp5\r\n"), 407, "PROXY_AUTH_REQUIRED"],
  ["CONNECT to the proxy itself", () => open(`127.0.0.1:${at.rig.proxy.port}`), 403, "TARGET_FORBIDDEN"],
  ["CONNECT to a closed port", () => open("127.0.0.1:1"), 502, "UPSTREAM_UNREACHABLE"],
];

describe("the proxy's port, told", () => {
  it.each(CASES)("%s, says so in JSON, on the record", async (_what, bytes, status, code) => {
    const before = at.rig.audit.length;
    const heard = await say(bytesOf(bytes()), false);
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const body = JSON.parse(heard.slice(heard.indexOf("\r\n\r\n") + 4)) as { error: { code: string; request_id: string } };
    expect(body.error.code).toBe(code);
    expect(at.rig.audit.slice(before)).toMatchObject([{ kind: "denied", code, status, requestId: body.error.request_id }]);
    expect(at.upstream.connections).toEqual([]);
  });

  it.each([
    ["a URL", (run: RigRun) => `GET http://denied.test/ HTTP/1.1\r\nHost: denied.test\r\n${token(run)}\r\n`],
    ["CONNECT", (run: RigRun) => open("denied.test:80", token(run))],
  ])(
    "a host that the run may not reach, by %s, says so in JSON, on the record with its host, and the run counts it",
    async (_what, bytes) => {
      const run = at.rig.addRun([], [{ allow: [], deny: ["denied.test"], denyUnmatched: false, rules: [] }]);
      expect(await say(bytesOf(bytes(run)), false)).toMatch(/^HTTP\/1\.1 403 [^]*RULE_DENIED/);
      expect(at.rig.audit.at(-1)).toMatchObject({ kind: "denied", code: "RULE_DENIED", runId: run.run.id, host: "denied.test", port: 80 });
      expect(run.counts).toEqual({ requests: 1, denied: 1 });
    },
  );

  it("half a head and no more, says so in JSON, on the record", async () => {
    expect(await say(Buffer.from(open(`${HOST}:443`).slice(0, 30)), true)).toMatch(/^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED/);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ kind: "denied", code: "REQUEST_MALFORMED", status: 400 });
  });

  it("anything but TLS behind CONNECT, with it or after it, ends the tunnel, on the record", async () => {
    for (const [bytes, ends] of [
      ["GET / HTTP/1.1\r\n\r\n", false],
      ["\0\x01\x02", true],
      ["", true],
    ] as const) {
      const before = at.rig.audit.length;
      expect(await say(Buffer.from(open(`${HOST}:443`) + bytes, "latin1"), ends)).toMatch(/^HTTP\/1\.1 200 [^\r]*\r\n\r\n$/);
      await expect.poll(() => at.rig.audit.slice(before)).toMatchObject([{ kind: "denied", code: "CLIENT_TLS", host: HOST }]);
    }
  });

  it("all that, still serves those who ask as they should", async () => {
    expect(await at.ask("strict", "GET / HTTP/1.1")).toMatchObject({ status: 200, body: "ok" });
    expect(at.rig.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});
