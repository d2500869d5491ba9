// Used by answers.mjs, not run by itself: large downloads, with the search for the credential and without. In: how many bytes, and a target.
// Out: for each kind of content the speed of both, the daemon's processor time and its memory.
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import { cpuMicros } from "../bench/processes.mjs";
import { fetchAnswer } from "./fetch-answer.mjs";
import { watchMemory } from "./watch.mjs";

const PIECE_BYTES = 256 * 1024;
const ROUNDS = 3;
const random = randomBytes(PIECE_BYTES);
const json = Buffer.from(
  JSON.stringify(
    Array.from({ length: 2_400 }, () => ({ id: randomBytes(9).toString("hex"), text: "The quick brown fox", at: Math.random() })),
  ),
);

/** What is sent again and again. Members of gzip in a row are one gzip file. */
const CONTENTS = {
  "random bytes": { piece: random, headers: {} },
  JSON: { piece: json, headers: {} },
  "gzip of random bytes": { piece: gzipSync(random, { level: 6 }), headers: { "content-encoding": "gzip" } },
  "gzip of JSON": { piece: gzipSync(json, { level: 6 }), headers: { "content-encoding": "gzip" } },
};
export const DOWNLOADS = Object.keys(CONTENTS);

export function sendDownload(response, kind, bytes) {
  const { piece, headers } = CONTENTS[kind];
  const count = Math.ceil(bytes / piece.length);
  response.writeHead(200, { ...headers, "content-length": count * piece.length });
  let sent = 0;
  const go = () => {
    while (sent < count && !response.destroyed) {
      sent += 1;
      if (!response.write(piece)) return void response.once("drain", go);
    }
    response.end();
  };
  go();
}

/** Both in turn, so that a machine that gets busier hits both. @param setScrub switches the search */
export async function measureDownload(kind, { target, pid, setScrub }) {
  const found = { off: [], mask: [] };
  let highest = 0;
  let before = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const mode of ["off", "mask"]) {
      await setScrub(mode);
      const memory = watchMemory(pid);
      const micros = cpuMicros([pid]);
      const started = performance.now();
      const answer = await fetchAnswer(target, `/download/${encodeURIComponent(kind)}`, "http/1.1");
      const seconds = (performance.now() - started) / 1_000;
      if (!answer.isWhole || answer.status !== 200) throw new Error(`the download ended early: ${answer.status}, ${answer.bytes} bytes`);
      const seen = memory.stop();
      if (mode === "mask") [highest, before] = [Math.max(highest, seen.highest), round === 0 ? seen.before : before];
      found[mode].push({ speed: answer.bytes / seconds / 1e6, cpuSeconds: (cpuMicros([pid]) - micros) / 1e6 });
    }
  }
  return { off: median(found.off), mask: median(found.mask), growth: highest - before };
}

function median(list) {
  const middle = (pick) => list.map(pick).sort((a, b) => a - b)[Math.floor(list.length / 2)];
  return { speed: middle(({ speed }) => speed), cpuSeconds: middle(({ cpuSeconds }) => cpuSeconds) };
}
