// Used by answers.mjs, not run by itself: answers of an upstream that swell when they are decoded, or never end. Each writes to a response
// at the pace of whoever reads it and stops when the connection ends. In: how many bytes the text has. Out: what the upstream sends.
import { randomBytes } from "node:crypto";
import { PassThrough, pipeline, Readable } from "node:stream";
import { constants, createBrotliCompress, createDeflate, createGzip, gzipSync } from "node:zlib";

const PIECE = Buffer.alloc(1024 * 1024);
const br = () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 22 } });

/** Members of gzip in a row are one gzip file: what each of these decodes to is 1 MiB. */
function* members(bytes, noise = 0) {
  const member = gzipSync(Buffer.concat([PIECE, randomBytes(noise)]), { level: 9 });
  for (let at = 0; at < bytes; at += PIECE.length) yield member;
}

/** As they are named, the innermost first: where it begins, and what is laid over it. */
const CODED = {
  gzip: { begin: members, over: [] },
  br: { begin: pieces, over: [br] },
  deflate: { begin: pieces, over: [createDeflate] },
  "gzip, br": { begin: members, over: [br] },
  // The outer one stores: it would else wait for gigabytes of the inner one.
  "br, gzip": { begin: pieces, over: [br, () => createGzip({ level: 0 })] },
  "gzip, gzip": { begin: members, over: [createGzip] },
};

export const BOMBS = {
  ...Object.fromEntries(
    Object.entries(CODED).map(([name, { begin, over }]) => [
      name,
      (response, bytes) => {
        response.writeHead(200, { "content-encoding": name, "content-type": "text/plain" });
        pipeline([Readable.from(begin(bytes)), ...over.map((make) => make()), response], () => {});
      },
    ]),
  ),
  "gzip, just below the limit": (response, bytes) => {
    response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/plain" });
    // With enough that does not shrink to stay below the ratio that is refused: all of it has to be read.
    pipeline(Readable.from(members(bytes, 6 * 1024)), response, () => {});
  },
  "endless head": (response, bytes) => {
    const { socket } = response;
    socket.write("HTTP/1.1 200 OK\r\n");
    const line = Buffer.from(`X-Filler: ${"x".repeat(1_000)}\r\n`);
    pipeline(
      Readable.from(
        (function* () {
          for (let at = 0; at < bytes; at += line.length) yield line;
        })(),
      ),
      new PassThrough(),
      socket,
      () => {},
    );
  },
  "endless line of a chunk": (response, bytes) => {
    const { socket } = response;
    socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=");
    pipeline(Readable.from(pieces(bytes, Buffer.alloc(64 * 1024, "y"))), socket, () => {});
  },
};

function pieces(bytes, piece = PIECE) {
  return (function* () {
    for (let at = 0; at < bytes; at += piece.length) yield piece;
  })();
}
