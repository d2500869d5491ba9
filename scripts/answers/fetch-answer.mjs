// Used by answers.mjs, not run by itself: one request whose answer is read to its end and thrown away, over HTTP/1.1 or HTTP/2.
// In: a target as for bench/connection.mjs. Out: its status, how many bytes came, and whether it came to its end.
import { connect as connectHttp2 } from "node:http2";
import { request as httpRequest } from "node:http";
import { openSecure } from "../bench/connection.mjs";

export async function fetchAnswer(target, path, protocol) {
  const socket = await openSecure(target, [protocol]);
  const answer = { status: 0, bytes: 0, isWhole: false };
  await (protocol === "h2" ? overHttp2 : overHttp1)(socket, { target, path, answer });
  socket.destroy();
  return answer;
}

function overHttp1(socket, { target, path, answer }) {
  return new Promise((resolve) => {
    const headers = { host: target.servername, authorization: target.authorization, "accept-encoding": "gzip, br, deflate" };
    const request = httpRequest({ createConnection: () => socket, path, headers }, (response) => {
      answer.status = response.statusCode;
      response.on("data", (bytes) => (answer.bytes += bytes.length));
      response.once("end", () => (answer.isWhole = true));
      response.once("close", resolve).once("error", () => {});
    });
    request.once("error", resolve).end();
  });
}

function overHttp2(socket, { target, path, answer }) {
  return new Promise((resolve) => {
    const session = connectHttp2(`https://${target.servername}`, { createConnection: () => socket });
    session.once("error", resolve);
    const fields = { ":path": path, authorization: target.authorization, "accept-encoding": "gzip, br, deflate" };
    const stream = session.request(fields);
    stream.once("response", (head) => (answer.status = head[":status"]));
    stream.on("data", (bytes) => (answer.bytes += bytes.length));
    stream.once("end", () => (answer.isWhole = stream.rstCode === 0));
    stream.once("error", () => {});
    stream.once("close", () => {
      session.close();
      resolve(undefined);
    });
  });
}
