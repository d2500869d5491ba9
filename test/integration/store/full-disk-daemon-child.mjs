// What full-disk.test.ts runs inside its small disk: the real daemon with a live run, before the disk is full, while it is, and after.
// Prints what happened as one line of JSON. Argument: a directory on that disk.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { openSecure } from "../../../scripts/bench/connection.mjs";
import { holdRun } from "../../../scripts/bench/held-run.mjs";
import { HOST, Stage } from "../../../scripts/stage.mjs";
import { makeThrowawayAuthority } from "../../../scripts/throwaway-authority.mjs";

const disk = process.argv[2];
const filler = join(disk, "filler");
const authority = makeThrowawayAuthority("full disk");
const leaf = authority.issue([HOST]);
const keys = [];
const api = createTlsServer({ cert: leaf.certificatePem, key: leaf.privateKeyPem }, (request, response) => {
  keys.push(request.headers.authorization);
  response.end("hello");
});
const other = createServer((socket) => socket.end("pong")).listen(0, "127.0.0.1");
api.listen(0, "127.0.0.1");
await Promise.all([once(api, "listening"), once(other, "listening")]);

/** Status and code of a request to the bound host. */
async function ask(run) {
  const socket = await openSecure({ port: run.proxy.port, servername: HOST, ca: run.authorityPem, proxy: run.proxy }, ["http/1.1"]);
  socket.write(
    `GET /v1/models HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${run.environment.OPENAI_API_KEY}\r\nConnection: close\r\n\r\n`,
  );
  const answer = await listen(socket);
  return `${answer.slice(9, 12)}${/AUDIT_FAILED/.exec(answer)?.[0] ?? ""}`;
}

/** What an unbound host says through the same proxy. */
async function tunnel(run) {
  const socket = connect(run.proxy.port, "127.0.0.1");
  const target = `127.0.0.1:${other.address().port}`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${run.proxy.authorization}\r\n`);
  return (await listen(socket)).endsWith("pong");
}

async function listen(socket) {
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
  socket.on("error", () => {});
  await once(socket, "close");
  return heard;
}

function fillDisk() {
  for (const size of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size));
    } catch (error) {
      if (error.code !== "ENOSPC") throw error;
    }
  }
}

const login = (stage, name, key) =>
  stage.keyward(["login", "openai", "--connection", name, "--stdin"], { input: `${key}\n` }).then(
    () => "stored",
    (error) => /the disk is full|cannot be read or written/.exec(error.message)?.[0] ?? error.message,
  );
const daemonPid = () => JSON.parse(readFileSync(join(stage.root, "h", "state", "daemon.lock"), "utf8")).pid;
const limitFiles = (bytes) => execFileSync("prlimit", ["--pid", String(daemonPid()), `--fsize=${bytes}:unlimited`]);
const newKey = () => `sk-${randomBytes(24).toString("hex")}`;

const stage = new Stage();
const seen = {};
let run;
try {
  await stage.pointAt(api.address().port, authority.certificatePem);
  const key = await stage.login();
  run = await holdRun(stage);
  seen.before = await ask(run);
  fillDisk();
  seen.loginWhenFull = await login(stage, "second", newKey());
  seen.tunnelWhenFull = await tunnel(run);
  const sent = keys.length;
  // The last page of the audit file may have room for some records; without room no key leaves.
  for (let tries = 0; tries < 40 && seen.whenFull === undefined; tries++) {
    const answer = await ask(run);
    if (answer !== "200") seen.whenFull = answer;
  }
  seen.allWereRecorded = keys.length - sent < 40;
  rmSync(filler);
  seen.loginAfter = await login(stage, "second", newKey());
  seen.after = await ask(run);
  // A store whose log cannot grow by a byte, as on a disk with errors, while the audit still can.
  limitFiles(statSync(join(stage.root, "h", "profiles", "default.db-wal")).size);
  seen.loginWhenFailing = await login(stage, "third", newKey());
  seen.whenFailing = await ask(run);
  // Now, for a login asks the API as well.
  seen.isRealKey = keys.at(-1) === `Bearer ${key}`;
  limitFiles("unlimited");
  seen.loginAfterFailing = await login(stage, "third", newKey());
  seen.connections = JSON.parse(await stage.keyward(["connection", "list", "--json"])).connections.length;
} finally {
  run?.end();
  rmSync(filler, { force: true });
  await stage.close();
  api.closeAllConnections();
  api.close();
  other.close();
}
process.stdout.write(JSON.stringify(seen));
