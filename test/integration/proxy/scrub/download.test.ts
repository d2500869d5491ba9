// A long download that is searched for the credential: every byte arrives and memory stays flat.
import { createHash, randomBytes } from "node:crypto";
import { request as httpsRequest } from "node:https";
import { expect, it } from "vitest";
import { bearerProvider, makeConnection, proxyAgent, startRig } from "../../../support/proxy-rig.ts";
import { startTlsUpstream } from "../../../support/tls-upstream.ts";

const HOST = "api.acme.test";
const PIECES = 2_048;

it("passes 128 MiB unchanged at flat memory", async () => {
  const piece = randomBytes(64 * 1024);
  const upstream = await startTlsUpstream({
    hosts: [HOST],
    handle(_request, response) {
      response.writeHead(200, { "Content-Length": String(PIECES * piece.length) });
      let sent = 0;
      const go = (): void => {
        while (sent < PIECES) {
          sent += 1;
          if (!response.write(piece)) return void response.once("drain", go);
        }
        response.end();
      };
      go();
    },
  });
  const rig = await startRig({ upstreams: [upstream], hosts: [HOST] });
  const run = rig.addRun([makeConnection(bearerProvider)]);
  const agent = proxyAgent(rig, run);
  const heard = createHash("sha256");
  let highestRss = 0;
  const before = process.memoryUsage().rss;
  await new Promise<void>((resolve, reject) => {
    const request = httpsRequest({ host: HOST, path: "/", agent }, (response) => {
      response.on("data", (chunk: Buffer) => {
        heard.update(chunk);
        highestRss = Math.max(highestRss, process.memoryUsage.rss());
      });
      response.on("end", resolve);
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end();
  });
  agent.destroy();
  await rig.close();
  await upstream.close();
  const expected = createHash("sha256");
  for (let i = 0; i < PIECES; i += 1) expected.update(piece);
  expect(heard.digest("hex")).toBe(expected.digest("hex"));
  expect(highestRss - before).toBeLessThan(100 * 1024 * 1024);
});
