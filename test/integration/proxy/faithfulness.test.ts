// What a request and its answer look like on the other side, in both lanes: fields in their order, case and number, bodies or none, hints,
// odd statuses, old servers and clients. What keyward itself changes is the credential and what belongs to one hop, nothing else.
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { runProgram } from "../../support/child/run-program.ts";
import { describeWithClients } from "../../support/clients.ts";
import { fieldValues, forLane, type Lane, LANES, readAnswer, sendRaw } from "../../support/lanes.ts";
import { openTls, proxyAuthorization } from "../../support/proxy-rig.ts";
import { HOST, type RawRig, startRawRig } from "../../support/raw-rig.ts";
import { withLimit } from "../../support/wait.ts";

let at: RawRig;
afterEach(() => at.close());

/** An upstream that gives this answer and leaves the connection open. */
async function answering(answer: string): Promise<void> {
  at = await startRawRig({ onRequest: ({ socket }) => void socket.write(Buffer.from(answer, "latin1")) });
}

/** One that closes after it. */
async function closingAfter(answer: string): Promise<void> {
  at = await startRawRig({ onRequest: ({ socket }) => void socket.end(Buffer.from(answer, "latin1")) });
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe.each(LANES)("through the %s lane", (lane: Lane) => {
  it("fields keep case, order, number and every byte of their values, both ways", async () => {
    await answering(
      "HTTP/1.1 200 \xc0h oui\r\nSET-cookie: a=1\r\nX-b: \xe9\r\nSet-Cookie: b=2; Path=/\r\nx-B:\r\nContent-Length: 0\r\nSet-Cookie: a=1\r\n\r\n",
    );
    const answer = await at.ask(
      lane,
      "GET /p?q=%20&&x=/../ HTTP/1.1\r\nX-a: 1\r\nACCEPT: \xff\r\nx-A: 2\r\ncookie: c=1\r\nX-a:\r\nCookie: d=2",
    );
    const { line, fields } = await at.upstream.nextRequest();
    expect(line).toBe("GET /p?q=%20&&x=/../ HTTP/1.1");
    expect(fields.slice(0, 14)).toEqual([
      "Host",
      HOST,
      "X-a",
      "1",
      "ACCEPT",
      "\xff",
      "x-A",
      "2",
      "cookie",
      "c=1",
      "X-a",
      "",
      "Cookie",
      "d=2",
    ]);
    expect(answer).toMatchObject({ status: 200, reason: "\xc0h oui", body: "", isCut: false });
    expect(answer?.fields.slice(0, 12)).toEqual([
      "SET-cookie",
      "a=1",
      "X-b",
      "\xe9",
      "Set-Cookie",
      "b=2; Path=/",
      "x-B",
      "",
      "Content-Length",
      "0",
      "Set-Cookie",
      "a=1",
    ]);
  });

  it("no field is lost for being one of many, in heads and in trailers", async () => {
    const many = Array.from({ length: 2_500 }, (_none, index) => `X${index}: ${index}\r\n`).join("");
    await answering(`HTTP/1.1 200 OK\r\n${many}Transfer-Encoding: chunked\r\n\r\n0\r\n${many}\r\n`);
    const request = `POST / HTTP/1.1\r\n${many}Transfer-Encoding: chunked`;
    const answer = await at.ask(lane, request, `2\r\nab\r\n0\r\n${many}\r\n`);
    const { fields, trailers } = await at.upstream.nextRequest();
    for (const list of [fields, trailers, answer?.fields ?? [], answer?.trailers ?? []])
      expect(fieldValues(list, "x2499")).toEqual(["2499"]);
  });

  it("what belongs to one hop stays there", async () => {
    await answering(
      "HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nAlt-Svc: h3\r\nContent-Length: 0\r\n\r\n",
    );
    const answer = await at.ask(lane, "GET / HTTP/1.1\r\nProxy-Authorization: Basic eA==\r\nKeep-Alive: 5");
    const { fields } = await at.upstream.nextRequest();
    const names = (list: readonly string[]) => list.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names(fields)).toEqual(["host", "authorization"]);
    expect(names(answer?.fields ?? [])).toEqual(expect.not.arrayContaining(["x-hop", "proxy-authenticate", "alt-svc", "keep-alive"]));
  });

  it.each([299, 420, 599, 999])("status %i is the client's to judge", async (status) => {
    await answering(`HTTP/1.1 ${status}\r\nContent-Length: 3\r\n\r\nodd`);
    expect(await at.ask(lane, "GET / HTTP/1.1")).toMatchObject({ status, reason: "", body: "odd", rest: "" });
  });

  it("answers without a body have none, whatever length they tell", async () => {
    await answering("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
    const head = await at.ask(lane, "HEAD / HTTP/1.1");
    expect(head).toMatchObject({ status: 200, body: "", rest: "" });
    expect(fieldValues(head?.fields ?? [], "content-length")).toEqual(["5000"]);
  });

  it.each(["204 No Content", "304 Not Modified"])("a %s leaves the connection to the next request", async (status) => {
    await answering(`HTTP/1.1 ${status}\r\nETag: "a"\r\n\r\n`);
    for (let i = 0; i < 2; i += 1)
      expect(await at.ask(lane, "GET / HTTP/1.1")).toMatchObject({ status: Number(status.slice(0, 3)), body: "", rest: "" });
    expect(at.upstream.connections).toHaveLength(1);
  });

  it("hints come before the answer, as often as they are given", async () => {
    await answering(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${OK}`);
    const heard = await at.say(lane, "GET / HTTP/1.1");
    expect(heard).toMatch(/^HTTP\/1\.1 103 [^\r]+\r\nLink: <\/a>\r\nLink: <\/b>\r\n\r\nHTTP\/1\.1 102 [^\r]+\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  it("a 100 that nobody asked for is passed over", async () => {
    await answering(`HTTP/1.1 100 Continue\r\n\r\n${OK}`);
    expect(await at.say(lane, "GET / HTTP/1.1")).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each([
    ["of length 0", "Content-Length: 0", ""],
    ["of no chunks", "Transfer-Encoding: chunked", "0\r\n\r\n"],
    ["of a length", "Content-Length: 3", "abc"],
    ["of chunks", "Transfer-Encoding: chunked", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"],
  ])("a body %s arrives as it is", async (_what, field, body) => {
    await answering(OK);
    await at.say(lane, `POST / HTTP/1.1\r\n${field}`, body);
    const { fields, payload } = await at.upstream.nextRequest();
    expect(payload.toString()).toBe(body.includes("a") ? "abc" : "");
    expect(fieldValues(fields, field.split(":", 1)[0]?.toLowerCase() ?? "")).toHaveLength(1);
  });

  it("an answer ends where its connection ends when it has no length", async () => {
    await closingAfter("HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nuntil the end");
    expect(await at.ask(lane, "GET / HTTP/1.1")).toMatchObject({ body: "until the end", isCut: false, rest: "" });
  });

  it.each([
    ["with a length", "Content-Length: 2\r\nConnection: keep-alive\r\n"],
    ["with none", ""],
  ])("HTTP/1.0 servers answer, %s", async (_what, fields) => {
    await closingAfter(`HTTP/1.0 200 OK\r\n${fields}\r\nok`);
    expect(await at.say(lane, "GET / HTTP/1.1")).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await at.ask(lane, "GET / HTTP/1.1")).toMatchObject({ body: "ok", isCut: false, rest: "" });
  });

  it("chunk extensions of an answer stay behind, its trailers do not", async () => {
    await answering(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2;a="b;c"\r\nok\r\n0;d\r\nX-Sum: 1\r\nx-sum: \xe9\r\n\r\n',
    );
    const heard = await at.say(lane, "GET / HTTP/1.1");
    expect(heard).not.toMatch(/;a=|0;d/);
    expect(readAnswer(heard)).toMatchObject({ body: "ok", trailers: ["X-Sum", "1", "x-sum", "\xe9"], isCut: false });
  });

  it("trailers of a request arrive, but for those that would say again what its head has said", async () => {
    await answering(OK);
    const trailers = "X-Sum: 42\r\nAuthorization: Bearer evil\r\nHost: evil.test\r\nx-sum: 43\r\n";
    await at.say(lane, "POST / HTTP/1.1\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked", `2\r\nab\r\n0\r\n${trailers}\r\n`);
    await at.say(lane, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked", `2\r\nab\r\n0\r\n${trailers}\r\n`);
    for (let i = 0; i < 2; i += 1) {
      const request = await at.upstream.nextRequest();
      expect(request.payload.toString()).toBe("ab");
      expect(request.trailers).toEqual(["X-Sum", "42", "x-sum", "43"]);
    }
  });

  it.each(["Content-Length: 9", "Transfer-Encoding: chunked"])("a request with the trailer %s is refused", async (trailer) => {
    await answering(OK);
    expect(await at.say(lane, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked", `2\r\nab\r\n0\r\n${trailer}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 [^]*REQUEST_MALFORMED/,
    );
    expect(at.upstream.requests).toEqual([]);
  });

  it("a server that closes before it answers is a 502, one that closes amid its answer a broken answer", async () => {
    at = await startRawRig({
      onRequest: ({ line, socket }) =>
        void (line.includes("/none") ? socket.end() : socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")),
    });
    expect(await at.say(lane, "GET /none HTTP/1.1")).toMatch(/^HTTP\/1\.1 502 [^]*UPSTREAM_BROKEN/);
    expect(await at.ask(lane, "GET /part HTTP/1.1")).toMatchObject({ status: 200, body: "part", isCut: true });
    await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 200, code: "UPSTREAM_BROKEN" });
  });

  it.each(["HTTP/1.1", "HTTP/1.0"])(
    "an answer without a length that breaks off is no end that a client of %s could take for one",
    async (version) => {
      at = await startRawRig({ onRequest: ({ socket }) => void socket.write("HTTP/1.1 200 OK\r\n\r\npart") });
      const socket = await openTls(at.rig, at.run, { host: HOST });
      let heard = "";
      const isHeard = new Promise<void>((resolve) =>
        socket.on("data", (chunk: Buffer) => /part/.test((heard += String(chunk))) && resolve()),
      );
      const error = new Promise<unknown>((resolve) => socket.once("error", resolve));
      socket.write(forLane(lane, `GET / ${version}\r\nHost: ${HOST}\r\n\r\n`));
      await withLimit(isHeard, "the first part");
      at.upstream.wires.at(-1)?.resetAndDestroy();
      if (lane === "general" && version === "HTTP/1.1") await withLimit(once(socket, "close"), "the connection to close");
      else expect(await withLimit(error, "the connection to break")).toMatchObject({ code: "ECONNRESET" });
      // In chunks the last one is missing.
      expect(heard).not.toMatch(/\n0\r\n/);
      await expect.poll(() => at.rig.audit.at(-1)).toMatchObject({ status: 200, code: "UPSTREAM_BROKEN" });
    },
  );

  it("an answer that comes before the body has ended is passed on at once", async () => {
    at = await startRawRig({ onHead: ({ socket }) => void socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno") });
    const heard = await sendRaw(
      { rig: at.rig, run: at.run, host: HOST },
      `POST / HTTP/1.1\r\nHost: ${HOST}\r\n${lane === "general" ? "TE: trailers\r\n" : ""}Content-Length: 1000000\r\n\r\nabc`,
      /no$/,
    );
    expect(readAnswer(heard)).toMatchObject({ status: 413, body: "no" });
    expect(at.upstream.requests).toEqual([]);
  });
});

describe("an HTTP/1.0 client", () => {
  it("gets an answer of its own time: no chunks, and the connection's end for its end", async () => {
    await answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n");
    const heard = await sendRaw({ rig: at.rig, run: at.run, host: HOST }, `GET / HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(heard).not.toMatch(/transfer-encoding/i);
    expect(readAnswer(heard)?.body).toBe("ok");
    expect((await at.upstream.nextRequest()).line).toBe("GET / HTTP/1.1");
  });

  it("may ask in absolute form", async () => {
    await answering(OK);
    const socket = connectTcp(at.rig.proxy.port, "127.0.0.1");
    socket.write(`GET https://${HOST}/x HTTP/1.0\r\nHost: ${HOST}\r\nProxy-Authorization: ${proxyAuthorization(at.run)}\r\n\r\n`);
    let heard = "";
    for await (const chunk of socket) heard += String(chunk);
    expect(readAnswer(heard)).toMatchObject({ status: 200, body: "ok" });
  });
});

describe("an upstream at an IPv6 address", () => {
  it("is reached like any other", async () => {
    at = await startRawRig({ address: "::1", onRequest: ({ socket }) => void socket.write(OK) });
    for (const lane of LANES) expect(await at.ask(lane, "GET / HTTP/1.1")).toMatchObject({ status: 200, body: "ok" });
  });
});

describeWithClients(["curl"], "curl", () => {
  it.each(["--http1.0", "--http1.1"])("%s keeps what it sent and hears what was answered", async (version) => {
    await answering("HTTP/1.1 299 Odd\r\nX-a: 1\r\nx-A: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 3\r\n\r\nodd");
    const proxy = ["--proxy", `http://${at.run.run.id}:${at.run.token}@127.0.0.1:${at.rig.proxy.port}`, "--suppress-connect-headers", "-k"];
    const send = ["-sSi", version, "-H", "x-MiXed: 1", "-H", "X-mixed: 2", "-d", "a=b"];
    const { stdout, stderr } = await runProgram("curl", [...send, ...proxy, `https://${HOST}/`], { PATH: process.env["PATH"] ?? "" });
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^HTTP\/1\.1 299 Odd\r\nX-a: 1\r\nx-A: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 3\r\n[^]*\r\nodd$/,
    );
    const { fields, payload } = await at.upstream.nextRequest();
    expect(fields).toEqual(expect.arrayContaining(["x-MiXed", "1", "X-mixed", "2", `Bearer ${at.connection.secrets["key"]}`]));
    expect(payload.toString()).toBe("a=b");
  });
});
