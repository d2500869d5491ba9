// The one grammar a request may have when it leaves keyward, as a strict reader of raw bytes: what the framing tests hold upstream
// bytes against. In: everything an upstream connection received. Out: the requests in it, or what is not canonical.

export interface CanonicalRequest {
  readonly method: string;
  readonly target: string;
  readonly bodyBytes: number;
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[\x21\x22\x24-\x7e]*) HTTP\/1\.1$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/;

/** @throws Error naming the first thing that is not canonical; a last request may be cut short */
export function readCanonicalRequests(bytes: Buffer): CanonicalRequest[] {
  const text = bytes.toString("latin1");
  const requests: CanonicalRequest[] = [];
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf("\r\n\r\n", at);
    if (end < 0) break;
    const head = readHead(text.slice(at, end));
    const body = readBody(text, end + 4, head.framing);
    requests.push({ method: head.method, target: head.target, bodyBytes: body.bytes });
    at = body.end;
  }
  return requests;
}

type Framing = { readonly kind: "length"; readonly length: number } | { readonly kind: "chunked" };

function readHead(head: string): { method: string; target: string; framing: Framing } {
  const lines = head.split("\r\n");
  const line = REQUEST_LINE.exec(lines[0] ?? "");
  if (line === null) throw new Error(`request line: ${JSON.stringify(lines[0])}`);
  const fields = lines.slice(1).map((text) => {
    const field = FIELD.exec(text);
    if (field === null) throw new Error(`field: ${JSON.stringify(text)}`);
    return { name: (field[1] ?? "").toLowerCase(), value: field[2] ?? "" };
  });
  const values = (name: string) => fields.filter((field) => field.name === name).map((field) => field.value);
  if (values("host").length !== 1) throw new Error("not exactly one Host");
  const lengths = values("content-length");
  const encodings = values("transfer-encoding");
  if (lengths.length + encodings.length > 1) throw new Error("framed more than once");
  if (encodings.length === 1 && encodings[0] !== "chunked") throw new Error(`encoding: ${JSON.stringify(encodings[0])}`);
  if (lengths.length === 1 && !/^\d{1,16}$/.test(lengths[0] ?? "")) throw new Error(`length: ${JSON.stringify(lengths[0])}`);
  const framing: Framing = encodings.length === 1 ? { kind: "chunked" } : { kind: "length", length: Number(lengths[0] ?? 0) };
  return { method: line[1] ?? "", target: line[2] ?? "", framing };
}

function readBody(text: string, from: number, framing: Framing): { end: number; bytes: number } {
  if (framing.kind === "length") {
    const end = Math.min(from + framing.length, text.length);
    return { end, bytes: end - from };
  }
  let at = from;
  let bytes = 0;
  while (at < text.length) {
    const line = /^([0-9a-f]{1,8})\r\n/i.exec(text.slice(at, at + 12));
    if (line === null) {
      if (/^[0-9a-f]{0,8}\r?$/i.test(text.slice(at))) return { end: text.length, bytes };
      throw new Error(`chunk line: ${JSON.stringify(text.slice(at, at + 20))}`);
    }
    const size = Number.parseInt(line[1] ?? "", 16);
    at += line[0].length;
    if (size === 0) return { end: readTrailers(text, at), bytes };
    bytes += Math.min(size, text.length - at);
    at += size;
    if (at >= text.length) return { end: text.length, bytes };
    if (text.slice(at, at + 2) !== "\r\n" && text.length >= at + 2) throw new Error("a chunk does not end where it says");
    at += 2;
  }
  return { end: text.length, bytes };
}

function readTrailers(text: string, from: number): number {
  let at = from;
  while (!text.startsWith("\r\n", at)) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return text.length;
    if (FIELD.exec(text.slice(at, end)) === null) throw new Error(`trailer: ${JSON.stringify(text.slice(at, end))}`);
    at = end + 2;
  }
  return at + 2;
}
