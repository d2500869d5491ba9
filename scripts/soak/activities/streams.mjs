// Used by soak.mjs, not run by itself: event streams and WebSockets that are open and say nothing, but for a pulse now and then that each must
// pass on. In: the world. Out: how many were open, lost before the end, silent at a pulse, or opened with another run's key.
import { randomBytes } from "node:crypto";
import { hostOf, openSecure } from "../../bench/connection.mjs";

const OPEN_AT_ONCE = 16;
const PULSES = 5;
const PULSE_WITHIN_MS = 10_000;

export async function startStreams({ runs, upstream }, { streams, minutes }) {
  const tally = { name: "streams", opened: 0, errors: 0, wrongKeys: 0, lost: 0, silent: 0, pulses: 0, messages: [] };
  if (streams === 0) return { end: async () => null };
  const open = [];
  let begun = 0;
  const opener = async () => {
    while (begun < streams) {
      const at = begun;
      begun += 1;
      await openOne(at % 2 === 0 ? "/events" : "/socket", { run: runs[at % runs.length], tally, open });
    }
  };
  await Promise.all(Array.from({ length: OPEN_AT_ONCE }, opener));
  let pulsing = Promise.resolve();
  const pulse = () => (pulsing = pulsing.then(() => checkPulse({ upstream, open, tally })));
  const timer = setInterval(() => void pulse(), (minutes * 60_000) / PULSES);
  return {
    async end() {
      clearInterval(timer);
      await pulse();
      for (const stream of open) stream.close();
      return tally;
    },
  };
}

async function openOne(path, { run, tally, open }) {
  try {
    const stream = await Stream.open(path, run);
    tally.opened += 1;
    if (!(await stream.says(run.digest))) tally.wrongKeys += 1;
    stream.onLost = () => (tally.lost += 1);
    open.push(stream);
  } catch (error) {
    tally.errors += 1;
    if (tally.messages.length < 5) tally.messages.push(error.message.split("\r\n")[0]);
  }
}

async function checkPulse({ upstream, open, tally }) {
  const text = `pulse ${tally.pulses}.`;
  tally.pulses += 1;
  for (const stream of open) stream.heard = "";
  await upstream.pulse(text);
  const heard = await Promise.all(open.map((stream) => stream.isClosed || stream.says(text)));
  tally.silent += heard.filter((isHeard) => !isHeard).length;
}

/** One open stream of either kind; what it said since it was last asked. */
class Stream {
  heard = "";
  isClosed = false;
  onLost = () => {};
  #wake = () => {};

  static async open(path, { target }) {
    const socket = await openSecure(target, ["http/1.1"]);
    const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n`;
    const fields = `Host: ${hostOf(target)}\r\nAuthorization: ${target.authorization}\r\n${path === "/socket" ? upgrade : ""}`;
    socket.write(`GET ${path} HTTP/1.1\r\n${fields}\r\n`);
    return new Stream(socket);
  }

  constructor(socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.heard += chunk.toString("latin1");
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
      this.onLost();
      this.#wake();
    });
  }

  /** Whether it says so soon. */
  async says(text) {
    const deadline = Date.now() + PULSE_WITHIN_MS;
    while (!this.heard.includes(text)) {
      if (this.isClosed || Date.now() >= deadline) return false;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    }
    return true;
  }

  close() {
    this.onLost = () => {};
    this.socket.destroy();
  }
}
