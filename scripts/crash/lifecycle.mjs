// Run it before a release and after a change of how the daemon starts or runs end (`npm run crash -- --only lifecycle`, or this file with
// --rounds N, default 1,000): a tenth of N cold starts by fifty at once (cold-starts.mjs), N short runs, and a fiftieth of N times each a daemon and a wrapper
// killed with SIGKILL under a living run. Ends with 1 at the first thing that is not as it must be; `--patience F` multiplies the time limits,
// `--only PART` does one of cold-starts, short-runs, daemon-kills and wrapper-kills.
import { createServer } from "node:tls";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { openSecure } from "../bench/connection.mjs";
import { holdRun } from "../bench/held-run.mjs";
import { HOST, Stage } from "../stage.mjs";
import { makeThrowawayAuthority } from "../throwaway-authority.mjs";
import { coldStarts } from "./cold-starts.mjs";
import { look, statusOf } from "./look.mjs";
import { readRounds } from "./rounds.mjs";

const AT_ONCE = 4;
const BACK_WITHIN_MS = 2_000;
const TOKEN_DEAD_WITHIN_MS = 5_000;
const DESCRIPTORS_MORE = 5;

const rounds = readRounds(1_000);
const at = process.argv.indexOf("--patience");
const patience = at < 0 ? 1 : Number(process.argv[at + 1]);
/** In this order; each with how often, and what was shown when it ends. */
const PARTS = {
  "cold-starts": {
    count: shareOf(10),
    act: ({ stage, count }) => coldStarts({ stage, count, patience }),
    shown: "one daemon for every start",
  },
  "short-runs": { count: rounds, act: ({ stage, count }) => shortRuns(stage, count), shown: "nothing left of any run" },
  "daemon-kills": { count: shareOf(50), act: daemonKills, shown: "every killed daemon back in time" },
  "wrapper-kills": {
    count: shareOf(50),
    act: ({ stage, count }) => wrapperKills(stage, count),
    shown: "every token of a killed wrapper dead",
  },
};
const only = process.argv.indexOf("--only");
const chosen = only < 0 ? Object.keys(PARTS) : [process.argv[only + 1]];

try {
  if (!chosen.every((name) => name in PARTS)) throw new Error(`--only takes one of ${Object.keys(PARTS).join(", ")}`);
  const upstream = await startUpstream();
  const stage = new Stage();
  try {
    await stage.pointAt(upstream.port, upstream.authorityPem);
    const key = await stage.login();
    for (const name of chosen) await PARTS[name].act({ stage, upstream, key, count: PARTS[name].count });
  } finally {
    await stage.close();
    upstream.close();
  }
  console.log(`ok: ${chosen.map((name) => PARTS[name].shown).join(", ")}`);
} catch (error) {
  console.error(`keyward crash: ${error.message}`);
  process.exitCode = 1;
}

function shareOf(part) {
  return Math.max(1, Math.round(rounds / part));
}

async function shortRuns(stage, count) {
  await stage.keyward(["run", "--", "true"]);
  const before = await look(stage);
  const tokens = [];
  let begun = 0;
  const worker = async () => {
    while (begun < count) {
      begun += 1;
      const number = begun;
      const isKept = number % 25 === 1;
      const printed = await stage.keyward(["run", "--", "sh", "-c", isKept ? 'echo "$HTTPS_PROXY"' : ":"]);
      if (isKept) tokens.push(printed.trim());
      if (number % 250 === 0) console.log(`${number} short runs`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const url of tokens) if ((await statusOf(url)) !== 407) throw new Error("the token of a run that ended is still good");
  const after = await look(stage);
  if (after.liveRuns !== 0) throw new Error(`${after.liveRuns} runs are left`);
  if (after.pid !== before.pid) throw new Error("the daemon did not last");
  if (after.zombies > 0) throw new Error(`${after.zombies} zombies are left`);
  if (after.listeners !== before.listeners) throw new Error(`${before.listeners} listeners became ${after.listeners}`);
  if (after.descriptors > before.descriptors + DESCRIPTORS_MORE)
    throw new Error(`${before.descriptors} descriptors became ${after.descriptors}`);
  const figures =
    after.descriptors === null ? "" : `, descriptors ${before.descriptors} → ${after.descriptors}, listeners ${after.listeners}`;
  console.log(`short runs: ${count}, no zombie, no listener, no run and none of ${tokens.length} tokens left${figures}`);
}

async function daemonKills({ stage, upstream, key, count }) {
  const run = await holdRun(stage);
  const tookMs = [];
  try {
    for (let round = 1; round <= count; round += 1) {
      process.kill((await look(stage)).pid, "SIGKILL");
      const killedAtMs = performance.now();
      while ((await ask(run).catch(() => null)) !== 200) {
        if (performance.now() - killedAtMs > 10_000 * patience) throw new Error(`daemon kill ${round}: the run did not work again in 10 s`);
        await sleep(10);
      }
      tookMs.push(performance.now() - killedAtMs);
    }
  } finally {
    run.end();
  }
  tookMs.sort((a, b) => a - b);
  const slowest = tookMs.at(-1);
  if (slowest > BACK_WITHIN_MS * patience) throw new Error(`after a killed daemon the run worked again only in ${slowest.toFixed(0)} ms`);
  if (upstream.seen.some((authorization) => authorization !== `Bearer ${key}`)) throw new Error("something else than the key arrived");
  console.log(
    `daemon kills: ${count}, the same run worked again in ${tookMs[Math.floor(count / 2)].toFixed(0)} ms (median), ${slowest.toFixed(0)} ms at most`,
  );
}

async function wrapperKills(stage, count) {
  let slowestMs = 0;
  for (let round = 1; round <= count; round += 1) {
    const wrapper = stage.spawn(["run", "--", "sh", "-c", 'echo "$HTTPS_PROXY"; exec cat']);
    const [printed] = await once(wrapper.stdout.setEncoding("utf8"), "data");
    const url = printed.trim();
    if ((await statusOf(url)) === 407) throw new Error("the token of a living run is refused");
    wrapper.kill("SIGKILL");
    const killedAtMs = performance.now();
    while ((await statusOf(url)) !== 407) {
      if (performance.now() - killedAtMs > TOKEN_DEAD_WITHIN_MS * patience)
        throw new Error("the token outlived its wrapper by more than 5 s");
      await sleep(20);
    }
    slowestMs = Math.max(slowestMs, performance.now() - killedAtMs);
    wrapper.stdin.destroy();
  }
  console.log(`wrapper kills: ${count}, every token dead within ${slowestMs.toFixed(0)} ms`);
}

async function ask(run) {
  const socket = await openSecure({ servername: HOST, proxy: run.proxy, ca: run.authorityPem });
  try {
    socket.write(
      `GET /v1/models HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${run.environment.OPENAI_API_KEY}\r\nConnection: close\r\n\r\n`,
    );
    const [head] = await once(socket, "data");
    return Number(head.toString("latin1").split(" ")[1]);
  } finally {
    socket.destroy();
  }
}

async function startUpstream() {
  const authority = makeThrowawayAuthority();
  const leaf = authority.issue([HOST]);
  const seen = [];
  const server = createServer({ key: leaf.privateKeyPem, cert: leaf.certificatePem }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      seen.push(/^authorization: (.*)$/im.exec(bytes.toString("latin1"))?.[1]?.trim() ?? "nothing");
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: server.address().port, authorityPem: authority.certificatePem, seen, close: () => server.close() };
}
