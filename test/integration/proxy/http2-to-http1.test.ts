// An HTTP/2 client of an upstream that speaks HTTP/1.1 alone: what the one protocol says is said in the other, nothing added and nothing lost.
import { once } from "node:events";
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";
import { runProgram } from "../../support/child/run-program.ts";
import { describeWithClients } from "../../support/clients.ts";
import { ask, closeAll, HOST, openSession } from "../../support/http2-rig.ts";
import { fieldValues } from "../../support/lanes.ts";
import { type RawRig, startRawRig } from "../../support/raw-rig.ts";
import { withLimit } from "../../support/wait.ts";

let at: RawRig;
afterEach(async () => {
  await closeAll();
  await at.close();
});

async function answering(answer: string, closes = false): Promise<ClientHttp2Session> {
  const bytes = Buffer.from(answer, "latin1");
  at = await startRawRig({ onRequest: ({ socket }) => void (closes ? socket.end(bytes) : socket.write(bytes)) });
  return openSession(at);
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Name and value in turn, as they were sent. */
async function rawHead(stream: ClientHttp2Stream): Promise<string[]> {
  const [, , raw] = (await once(stream.resume(), "response")) as [unknown, unknown, string[]];
  return raw;
}

describe("of a request", () => {
  it("cookies in crumbs become one field, other fields keep their number and order, and there is one Host", async () => {
    const session = await answering(OK);
    await ask(session, { cookie: ["a=1", "b=2", "c=3"] as never, "x-b": ["1", "2"], "x-a": "3" });
    const { line, fields } = await at.upstream.nextRequest();
    expect(line).toBe("GET / HTTP/1.1");
    const names = fields.filter((_text, index) => index % 2 === 0);
    expect(names).toEqual(["Host", "x-b", "x-b", "x-a", "cookie", "Authorization"]);
    expect(fieldValues(fields, "cookie")).toEqual(["a=1; b=2; c=3"]);
    expect(fieldValues(fields, "host")).toEqual([HOST]);
    expect(fieldValues(fields, "authorization")).toEqual([`Bearer ${at.connection.secrets["key"]}`]);
  });

  it("body and trailers arrive, in chunks, and those that would say again what the head said do not", async () => {
    const session = await answering(OK);
    const stream = session.request({ ":path": "/", ":method": "POST" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "42", authorization: "Bearer evil" }));
    stream.end("body");
    await once(stream.resume(), "close");
    const { fields, payload, trailers } = await at.upstream.nextRequest();
    expect(payload.toString()).toBe("body");
    expect(trailers).toEqual(["x-sum", "42"]);
    expect(fieldValues(fields, "transfer-encoding")).toEqual(["chunked"]);
  });

  it.each([
    ["POST", "0"],
    ["GET", undefined],
  ])("that is a %s without a body, its length is %s", async (method, length) => {
    const session = await answering(OK);
    await ask(session, { ":method": method });
    expect(fieldValues((await at.upstream.nextRequest()).fields, "content-length")[0]).toBe(length);
  });
});

describe("of an answer", () => {
  it("fields keep their number, order and bytes, Set-Cookie among them; what belongs to one hop stays there", async () => {
    const fields = "Set-Cookie: a=1\r\nX-A: 1\r\nSet-Cookie: b=2\r\nx-a: \xe9\r\nX-E:\r\nAge: 1\r\nAge: 2\r\n";
    const hop = "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nAlt-Svc: h3\r\n";
    const session = await answering(`HTTP/1.1 299 Odd\r\n${fields}${hop}Content-Length: 0\r\n\r\n`);
    const raw = await rawHead(session.request({ ":path": "/" }));
    const sent = ["set-cookie", "a=1", "set-cookie", "b=2", "x-a", "1", "x-a", "\xe9", "x-e", "", "age", "1, 2", "content-length", "0"];
    expect(raw).toEqual([":status", "299", ...sent]);
  });

  it("hints come before it, trailers after it", async () => {
    const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
    const body = "2\r\nok\r\n0\r\nX-Sum: 1\r\nConnection: x\r\nx-sum: 2\r\n\r\n";
    const session = await answering(`${hints}HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
    const stream = session.request({ ":path": "/" });
    const heard: IncomingHttpHeaders[] = [];
    stream.on("headers", (fields) => heard.push(fields));
    let trailers: IncomingHttpHeaders = {};
    stream.on("trailers", (fields) => (trailers = fields));
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe("ok");
    expect(heard).toMatchObject([{ ":status": 103, link: "</a>" }, { ":status": 102 }]);
    expect(trailers).toEqual(expect.objectContaining({ "x-sum": "1, 2" }));
    expect(trailers["connection"]).toBeUndefined();
  });

  it.each([
    ["204 No Content", ""],
    ["304 Not Modified", "Content-Length: 5000\r\n"],
    ["205 Reset Content", "Content-Length: 0\r\n"],
    ["599 Odd", "Content-Length: 0\r\n"],
  ])("%s comes without a body, and the stream ends well", async (status, fields) => {
    const session = await answering(`HTTP/1.1 ${status}\r\n${fields}\r\n`);
    const answer = await withLimit(ask(session, {}), "the answer");
    expect(answer.headers[":status"]).toBe(Number(status.slice(0, 3)));
    expect(answer.body.length).toBe(0);
  });

  it("to HEAD has a length and no body", async () => {
    const session = await answering("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    const answer = await ask(session, { ":method": "HEAD" });
    expect(answer.headers).toMatchObject({ ":status": 200, "content-length": "5000" });
    expect(answer.body.length).toBe(0);
  });

  it.each([600, 999])("status %i, which HTTP/2 has no word for here, is a 502 that says so", async (status) => {
    const session = await answering(`HTTP/1.1 ${status} Odd\r\nContent-Length: 3\r\n\r\nodd`);
    const answer = await ask(session, {});
    expect(answer.headers[":status"]).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: "UPSTREAM_BROKEN" } });
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 502, code: "UPSTREAM_BROKEN" });
  });

  it.each([
    ["a length", "Content-Length: 100\r\n\r\npart"],
    ["chunks", "Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"],
  ])("with %s that breaks off is a stream that is reset", async (_what, rest) => {
    const session = await answering(`HTTP/1.1 200 OK\r\n${rest}`, true);
    await expect(ask(session, {})).rejects.toThrow(/INTERNAL_ERROR/);
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 200, code: "UPSTREAM_BROKEN" });
  });
});

describeWithClients(["curl"], "curl --http2", () => {
  it("hears status, cookies, hints and trailers of an HTTP/1.1 server", async () => {
    await answering(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 299 Odd\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nodd\r\n0\r\nX-Sum: 1\r\n\r\n",
    );
    const proxy = ["--proxy", `http://${at.run.run.id}:${at.run.token}@127.0.0.1:${at.rig.proxy.port}`, "--suppress-connect-headers", "-k"];
    const { stdout, stderr } = await runProgram("curl", ["-sSi", "--http2", ...proxy, "-b", "a=1; b=2", `https://${HOST}/`], {
      PATH: process.env["PATH"] ?? "",
    });
    expect(stderr).toBe("");
    expect(stdout.replaceAll("\r", "")).toMatch(
      /^HTTP\/2 103 \nlink: <\/a>\n\nHTTP\/2 299 \nset-cookie: a=1\nset-cookie: b=2\n\nodd(?:x-sum: 1\n\n?)?$/,
    );
    expect(fieldValues((await at.upstream.nextRequest()).fields, "cookie")).toEqual(["a=1; b=2"]);
  });
});
