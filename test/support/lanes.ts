// The two lanes that carry HTTP/1.1 through the proxy, and what a request becomes in each: the same request is sent by both.
// In: a request in raw bytes. Out: everything the client was answered until its connection closed.
import { openTls, type Rig, type RigRun } from "./proxy-rig.ts";
import { withLimit } from "./wait.ts";

export type Lane = "strict" | "general";
export const LANES: readonly Lane[] = ["strict", "general"];

/** `TE` is for the next hop alone, so the upstream never sees it; the strict lane hands a request with it over. */
export function forLane(lane: Lane, raw: string): string {
  if (lane === "strict") return raw;
  const lineEnd = raw.indexOf("\r\n") + 2;
  return `${raw.slice(0, lineEnd)}TE: trailers\r\n${raw.slice(lineEnd)}`;
}

/** Sends the bytes on a connection of their own and reads until the proxy closes it, or `until` fits what was read. */
export async function sendRaw(
  at: { readonly rig: Rig; readonly run: RigRun; readonly host: string },
  raw: string,
  until?: RegExp,
): Promise<string> {
  const socket = await openTls(at.rig, at.run, { host: at.host });
  return withLimit(
    new Promise<string>((resolve) => {
      let heard = "";
      const done = (): void => {
        socket.destroy();
        resolve(heard);
      };
      socket.on("data", (chunk: Buffer) => {
        heard += chunk.toString("latin1");
        if (until?.test(heard) === true) done();
      });
      socket.on("error", done);
      socket.on("close", done);
      socket.write(Buffer.from(raw, "latin1"));
    }),
    `an answer to ${JSON.stringify(raw.slice(0, 200))}`,
  );
}

export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  /** Bytes behind the answer's end. */
  readonly rest: string;
  /** The connection closed before the answer's end. */
  readonly isCut: boolean;
}

/** The first answer in `heard` that is not a 1xx, read as a client would that asked with `method`; null when there is none. */
export function readAnswer(heard: string, method = "GET"): RawAnswer | null {
  const end = heard.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [line = "", ...lines] = heard.slice(0, end).split("\r\n");
  const [, status = "0", reason = ""] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(line) ?? [];
  if (Number(status) < 200) return readAnswer(heard.slice(end + 4), method);
  const fields = lines.flatMap((text) => [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1).trim()]);
  const head = { status: Number(status), reason, fields };
  return { ...head, ...readBody(heard.slice(end + 4), { ...head, method }) };
}

export function fieldValues(fields: readonly string[], name: string): string[] {
  return fields.filter((_value, at) => at % 2 === 1 && fields[at - 1]?.toLowerCase() === name);
}

type Body = Pick<RawAnswer, "body" | "trailers" | "rest" | "isCut">;

function readBody(text: string, head: { readonly status: number; readonly fields: readonly string[]; readonly method: string }): Body {
  const whole = (length: number): Body => ({
    body: text.slice(0, length),
    trailers: [],
    rest: text.slice(length),
    isCut: text.length < length,
  });
  if (head.method === "HEAD" || head.status === 204 || head.status === 304) return whole(0);
  if (fieldValues(head.fields, "transfer-encoding").length > 0) return readChunks(text);
  const length = fieldValues(head.fields, "content-length")[0];
  return whole(length === undefined ? text.length : Number(length));
}

function readChunks(text: string): Body {
  let body = "";
  let at = 0;
  for (;;) {
    const line = /^([0-9a-f]+)(?:;[^\r\n]*)?\r\n/i.exec(text.slice(at, at + 10_000));
    if (line === null) return { body, trailers: [], rest: "", isCut: true };
    const size = Number.parseInt(line[1] ?? "", 16);
    at += line[0].length;
    if (size === 0) break;
    body += text.slice(at, at + size);
    if (text.slice(at + size, at + size + 2) !== "\r\n") return { body, trailers: [], rest: "", isCut: true };
    at += size + 2;
  }
  const end = text.startsWith("\r\n", at) ? at : text.indexOf("\r\n\r\n", at);
  if (end < 0) return { body, trailers: [], rest: "", isCut: true };
  const trailers = text
    .slice(at, end)
    .split("\r\n")
    .filter((one) => one !== "");
  return {
    body,
    trailers: trailers.flatMap((one) => [one.slice(0, one.indexOf(":")), one.slice(one.indexOf(":") + 1).trim()]),
    rest: text.slice(end === at ? at + 2 : end + 4),
    isCut: false,
  };
}
