// HTTP/1.1 travels in one of two lanes: bytes that are plainly canonical in the strict one, the rest through node's parser. Which one a
// request takes must make no difference: the same request, sent once by each, reaches the upstream alike and is answered alike.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRequestHead } from "../../../src/proxy/strict/head-grammar.ts";
import { fieldValues, forLane, type Lane, type RawAnswer, readAnswer, sendRaw } from "../../support/lanes.ts";
import { bearerProvider, makeConnection, type Rig, type RigConnection, type RigRun, startRig } from "../../support/proxy-rig.ts";
import { type RawRequest, type RawUpstream, startRawUpstream } from "../../support/raw-upstream.ts";

const HOST = "api.acme.test";
/** Fields between the proxy and its client: each lane frames and keeps that connection in its own way. */
const HOP = new Set(["connection", "keep-alive", "transfer-encoding"]);

let upstream: RawUpstream;
let rig: Rig;
let run: RigRun;
let connection: RigConnection;
let respond: (request: RawRequest) => string;

beforeAll(async () => {
  upstream = await startRawUpstream({
    hosts: [HOST],
    onRequest: (request) => void request.socket.write(Buffer.from(respond(request), "latin1")),
  });
  rig = await startRig();
  rig.settings.roots = [upstream.authority.certificatePem];
  rig.settings.resolve = upstream.resolveEntries([HOST]);
  connection = makeConnection(bearerProvider);
  run = rig.addRun([connection]);
});
afterAll(async () => {
  await rig.close();
  await upstream.close();
});

function withoutHop(fields: readonly string[]): string[] {
  return fields.filter((_text, at) => !HOP.has(fields[at - (at % 2)]?.toLowerCase() ?? ""));
}

interface Outcome {
  readonly sent: object[];
  readonly answer: object | null;
}

async function carry(lane: Lane, raw: string, method: string): Promise<Outcome> {
  const before = upstream.requests.length;
  const heard = await sendRaw({ rig, run, host: HOST }, forLane(lane, raw));
  const sent = upstream.requests.slice(before).map(({ line, fields, payload, trailers }) => {
    return { line, fields, payload: payload.toString("latin1"), trailers };
  });
  const answer = readAnswer(heard, method);
  return { sent, answer: answer === null ? null : seen(answer) };
}

function seen({ status, reason, fields, body, trailers, rest, isCut }: RawAnswer): object {
  const isOwn = fieldValues(fields, "proxy-status").length > 0;
  if (isOwn) return { status, code: (JSON.parse(body) as { error: { code: string } }).error.code };
  return { status, reason, fields: withoutHop(fields), body, trailers, rest, isCut };
}

/** With the bound host in place of whatever stood there, and the connection closed after the answer. */
function bound(raw: string): string {
  const headEnd = raw.indexOf("\r\n\r\n");
  const [line = "", ...lines] = raw.slice(0, headEnd).split("\r\n");
  const kept = lines.filter((text) => !/^(?:host|connection)\s*:/i.test(text));
  return [line, `Host: ${HOST}`, ...kept, "Connection: close", "", ""].join("\r\n") + raw.slice(headEnd + 4);
}

/** One that is cut short waits for the rest in either lane. */
function isWhole(raw: string): boolean {
  const headEnd = raw.indexOf("\r\n\r\n") + 4;
  const length = Number(/^content-length:(.*)$/im.exec(raw.slice(0, headEnd))?.[1] ?? 0);
  const isChunked = /^transfer-encoding:/im.test(raw.slice(0, headEnd));
  return isChunked ? /\n0+(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n/.test(raw.slice(headEnd - 1)) : raw.length >= headEnd + length;
}

describe("both lanes", () => {
  it("send every canonical request of the corpus on alike and answer it alike", async () => {
    respond = () => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nok";
    const vectors = JSON.parse(readFileSync(new URL("../../vectors/http1-corpus.json", import.meta.url), "utf8")) as {
      raw: string;
      exp?: string;
    }[];
    const raws = vectors.filter(({ exp }) => exp === "ok").map(({ raw }) => bound(raw.replaceAll("__URL__", "/path")));
    const canonical = [...new Set(raws)].filter(
      (raw) => readRequestHead(raw.slice(0, raw.indexOf("\r\n\r\n") + 4)) !== null && isWhole(raw),
    );
    expect(canonical.length).toBeGreaterThan(10);
    for (const raw of canonical) {
      const method = raw.split(" ", 1)[0] ?? "";
      const strict = await carry("strict", raw, method);
      expect(await carry("general", raw, method), JSON.stringify(raw)).toEqual(strict);
    }
  });

  const token = fc.stringMatching(/^[A-Za-z!#$%&'*+.^_`|~-][A-Za-z0-9!#$%&'*+.^_`|~-]{0,12}$/);
  const value = fc.stringMatching(/^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]{0,20}[\x21-\x7e\x80-\xff])?)?$/);
  const special =
    /^(?:host|connection|content.length|transfer.encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|http2-settings|alt-svc)$/i;
  const fields = fc.array(
    fc.tuple(
      fc.oneof(
        token.filter((name) => !special.test(name)),
        fc.constantFrom("Cookie", "Set-Cookie", "X-A", "x-a", "Accept"),
      ),
      value,
    ),
    {
      maxLength: 8,
    },
  );
  const chunks = fc.array(
    fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    { maxLength: 4 },
  );

  const request = fc.record({
    method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH"),
    target: fc.stringMatching(/^\/[!-"$-~]{0,30}$/),
    fields,
    body: fc.oneof(fc.constant(null), fc.record({ framing: fc.constantFrom("length", "chunked"), chunks })),
    trailers: fc.array(fc.tuple(token, value), { maxLength: 2 }),
    hasKey: fc.boolean(),
  });
  const answer = fc.record({
    status: fc.constantFrom(200, 201, 204, 206, 299, 301, 304, 400, 404, 418, 500, 599, 999),
    reason: fc.stringMatching(/^[\x20-\x7e]{0,12}$/).map((text) => text.trim()),
    fields,
    body: fc.record({ framing: fc.constantFrom("length", "chunked", "close"), chunks }),
    trailers: fc.array(
      fc.tuple(
        token.filter((name) => !special.test(name)),
        value,
      ),
      { maxLength: 2 },
    ),
    isEarly: fc.boolean(),
  });

  const lines = (pairs: readonly (readonly [string, string])[]) => pairs.map(([name, text]) => `${name}: ${text}\r\n`).join("");
  const chunked = (parts: readonly string[], trailers: readonly (readonly [string, string])[] = []) =>
    `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\n${lines(trailers)}\r\n`;

  it("send generated requests on alike and pass generated answers on alike", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(request, answer, async (asked, told) => {
        const hints = told.isEarly ? "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" : "";
        const isBare = asked.method === "HEAD" || told.status === 204 || told.status === 304;
        respond = ({ socket }) => {
          const head = `${hints}HTTP/1.1 ${told.status} ${told.reason}\r\n${lines(told.fields)}`;
          const body = told.body.chunks.join("");
          if (isBare) return `${head}\r\n`;
          if (told.body.framing === "length") return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
          if (told.body.framing === "chunked")
            return `${head}Transfer-Encoding: chunked\r\n\r\n${chunked(told.body.chunks, told.trailers)}`;
          socket.end(Buffer.from(`${head}\r\n${body}`, "latin1"));
          return "";
        };
        const key = asked.hasKey ? `Authorization: Bearer ${connection.binding.placeholders["key"]}\r\n` : "";
        const head = `${asked.method} ${asked.target} HTTP/1.1\r\nHost: ${HOST}\r\n${lines(asked.fields)}${key}Connection: close\r\n`;
        const content = asked.body?.chunks.join("") ?? "";
        const body =
          asked.body === null
            ? "\r\n"
            : asked.body.framing === "length"
              ? `Content-Length: ${content.length}\r\n\r\n${content}`
              : `Transfer-Encoding: chunked\r\n\r\n${chunked(asked.body.chunks, asked.trailers)}`;
        const strict = await carry("strict", head + body, asked.method);
        expect(await carry("general", head + body, asked.method)).toEqual(strict);
        expect(strict.answer).toMatchObject({ status: told.status, isCut: false, rest: "" });
        expect(strict.sent).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});
