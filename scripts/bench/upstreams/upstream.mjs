// Forked by bench.mjs, not run by itself: the API that is measured against, a TLS server on loopback in a process of its own.
// GET /small, GET /down?bytes=N, PUT /up; GET /stats says how many TCP connections, TLS handshakes and requests there were so far.
import { createServer } from "node:https";
import { HOST } from "../../stage.mjs";
import { makeThrowawayAuthority } from "../../throwaway-authority.mjs";
import { count, SMALL, stream, whole } from "./answers.mjs";

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
