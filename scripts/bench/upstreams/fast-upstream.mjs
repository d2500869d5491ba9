// Forked by compare.mjs, not run by itself: an API cheap enough not to stand in the way of a fast proxy. GET /small over HTTP/1.1 is
// answered from bytes, without a parser; everything else goes to node's own servers: /down?bytes=N, PUT /up, /sse, and HTTP/2.
// In: {keyPem, certificatePem, authorization} once. Whoever asks without that authorization gets 401: a proxy that does not inject fails.
import { createServer as createHttp } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { createServer as createTls } from "node:tls";
import { HOST } from "../../stage.mjs";
import { count, SMALL, stream, whole } from "./answers.mjs";

/** The stream is quiet this long between its head and its first event, so that a head held back shows. */
const SSE_QUIET_MS = 25;
const SMALL_ANSWER = Buffer.concat([
  Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${SMALL.length}\r\n\r\n`),
  SMALL,
]);

let authorization = "";
const http = createHttp({ keepAliveTimeout: 600_000, requestTimeout: 0 }, answer);
const http2 = createHttp2({}, answer);

process.once("message", ({ keyPem, certificatePem, authorization: wanted }) => {
  authorization = wanted;
  const server = createTls({ key: keyPem, cert: certificatePem, ALPNProtocols: ["h2", "http/1.1"] }, accept);
  server.on("tlsClientError", () => {});
  server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }, () => process.send?.({ port: server.address().port, pid: process.pid }));
});
process.on("disconnect", () => process.exit());

function accept(socket) {
  socket.on("error", () => socket.destroy());
  if (socket.alpnProtocol === "h2") return http2.emit("connection", socket);
  socket.setNoDelay(true);
  const hear = (chunk) => {
    const head = chunk.toString("latin1");
    if (head.startsWith("GET /small ") && head.endsWith("\r\n\r\n") && head.includes(`: ${authorization}\r\n`)) {
      socket.write(SMALL_ANSWER);
      return;
    }
    socket.off("data", hear);
    socket.unshift(chunk);
    http.emit("connection", socket);
  };
  socket.on("data", hear);
}

function answer(request, response) {
  // A connection that came here would never get back to the fast path: it serves once.
  if (request.httpVersionMajor === 1) response.setHeader("connection", "close");
  const url = new URL(request.url, `https://${HOST}`);
  if (request.headers.authorization !== authorization) return whole(response, Buffer.from("no"), 401);
  if (url.pathname === "/down") return stream(response, Number(url.searchParams.get("bytes")));
  if (url.pathname === "/up") return count(request, response);
  if (url.pathname === "/sse") return sendEvent(response);
  return whole(response, SMALL);
}

/** Head and event say when they were sent, on the monotonic clock that all processes of a machine share. */
function sendEvent(response) {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    "x-sent-at": String(process.hrtime.bigint()),
  });
  response.flushHeaders();
  setTimeout(() => {
    response.write(`data: ${process.hrtime.bigint()}\n\n`);
    response.end();
  }, SSE_QUIET_MS);
}
