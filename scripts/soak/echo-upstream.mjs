// Forked by world.mjs, not run by itself: the API of a soak. /who answers with a digest of the Authorization that arrived, never the value;
// /events and a WebSocket say it once and are quiet then, until they are told to say something.
// In: key and certificate, then pulses. Out: the port, then how many streams were open at a pulse.
import { createHash } from "node:crypto";
import { createServer } from "node:https";

/** What says one line to each open stream. */
const streams = new Set();
const digestOf = ({ headers }) => createHash("sha256").update(String(headers.authorization)).digest("hex");

process.on("disconnect", () => process.exit());
process.on("message", (order) => {
  if (order.pulse === undefined) return listen(order);
  for (const say of streams) say(order.pulse);
  process.send?.({ open: streams.size });
});

function listen({ keyPem, certificatePem }) {
  const server = createServer({ key: keyPem, cert: certificatePem, keepAliveTimeout: 0 }, answer);
  server.on("upgrade", upgrade);
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => process.send?.({ port: server.address().port }));
}

function answer(request, response) {
  if (request.url === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    return keep(response, (text) => response.write(`data: ${text}\n\n`), digestOf(request));
  }
  const body = Buffer.from(digestOf(request));
  response.writeHead(200, { "content-type": "text/plain", "content-length": body.length });
  return response.end(body);
}

function upgrade(request, socket) {
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on("error", () => socket.destroy()).resume();
  // One short text frame (RFC 6455 §5.2): at most 125 bytes.
  keep(socket, (text) => socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])), digestOf(request));
}

function keep(stream, say, digest) {
  streams.add(say);
  stream.on("close", () => streams.delete(say));
  say(digest);
}
