// Forked by bench.mjs, not run by itself: the API that is measured against, a TLS server on loopback in a process of its own.
// GET /small, GET /down?bytes=N, PUT /up; GET /stats says how many TCP connections, TLS handshakes and requests there were so far.
import { createServer } from "node:https";
import { HOST } from "../stage.mjs";
import { makeThrowawayAuthority } from "../throwaway-authority.mjs";

const SMALL = Buffer.from(JSON.stringify({ object: "list", data: "x".repeat(900) }));
const PIECE = Buffer.alloc(64 * 1024, "d");

const stats = { connections: 0, handshakes: 0, requests: 0, authorization: {} };
const authority = makeThrowawayAuthority("keyward bench");
const leaf = authority.issue([HOST]);
const server = createServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem, keepAliveTimeout: 60_000 }, answer);
server.on("connection", () => stats.connections++);
server.on("secureConnection", () => stats.handshakes++);
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port, authorityPem: authority.certificatePem }));
process.on("disconnect", () => process.exit());

function answer(request, response) {
  const url = new URL(request.url, `https://${HOST}`);
  if (url.pathname === "/stats") return whole(response, Buffer.from(JSON.stringify(stats)));
  stats.requests++;
  const shown = request.headers.authorization ?? "none";
  stats.authorization[shown] = (stats.authorization[shown] ?? 0) + 1;
  if (url.pathname === "/down") return stream(response, Number(url.searchParams.get("bytes")));
  if (url.pathname === "/up") return count(request, response);
  return whole(response, SMALL);
}

function whole(response, body) {
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function stream(response, total) {
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": total });
  let left = total;
  const pour = () => {
    while (left > 0) {
      const piece = left >= PIECE.length ? PIECE : PIECE.subarray(0, left);
      left -= piece.length;
      if (!response.write(piece)) return response.once("drain", pour);
    }
    return response.end();
  };
  pour();
}

function count(request, response) {
  let bytes = 0;
  request.on("data", (chunk) => (bytes += chunk.length));
  request.on("end", () => whole(response, Buffer.from(String(bytes))));
}
