// Used by soak.mjs, not run by itself: every run asks on kept-alive connections, at a pace; now and then a connection is given up and another
// opened. In: the world. Out: how many were answered, failed, or answered with another run's key.
import { performance } from "node:perf_hooks";
import { Connection } from "../../bench/connection.mjs";

const TICK_MS = 20;
const RENEW_AFTER = 200;
const OPEN_AT_ONCE = 16;
const SHOWN_ERRORS = 5;

export async function startRequests(world, { connections, rps }) {
  const tally = { rps, requests: 0, errors: 0, wrongKeys: 0, refused: 0, interrupted: 0, latenciesMs: [], messages: [] };
  const { runs } = world;
  tally.world = world;
  tally.startedAtMs = performance.now();
  const waiting = Array.from({ length: runs.length * connections }, (_, at) => ({
    run: runs[at % runs.length],
    open: null,
    served: at % RENEW_AFTER,
  }));
  await openAll(waiting, tally);
  const underWay = new Set();
  let owed = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    owed = Math.min(owed + ((now - last) * rps) / 1_000, waiting.length);
    last = now;
    for (; owed >= 1 && waiting.length > 0; owed -= 1) {
      const work = serve(waiting.shift(), tally).then((seat) => void waiting.push(seat));
      underWay.add(work);
      void work.then(() => underWay.delete(work));
    }
  }, TICK_MS);
  return {
    async end() {
      clearInterval(timer);
      await Promise.all(underWay);
      for (const { open } of waiting) open?.close();
      return summary(tally);
    },
  };
}

async function openAll(seats, tally) {
  const left = [...seats];
  const opener = async () => {
    for (let seat = left.pop(); seat !== undefined; seat = left.pop()) await attempt(tally, seat, () => openSeat(seat, tally.world));
  };
  await Promise.all(Array.from({ length: OPEN_AT_ONCE }, opener));
}

async function openSeat(seat, world) {
  seat.openedIn = world.restarts();
  seat.open = await Connection.open(seat.run.target);
}

async function serve(seat, tally) {
  await attempt(tally, seat, async () => {
    seat.served += 1;
    if (seat.served % RENEW_AFTER === 0) {
      seat.open?.close();
      seat.open = null;
    }
    // Closed while nobody asked, by a restart.
    if (seat.open?.socket.destroyed === true) {
      // It may be found long after.
      if (seat.openedIn === tally.world.restarts()) throw new Error("an idle connection was closed");
      tally.interrupted += 1;
      seat.open = null;
    }
    if (seat.open === null) await openSeat(seat, tally.world);
    const started = performance.now();
    const { body } = await seat.open.request("GET", "/who");
    tally.latenciesMs.push(performance.now() - started);
    tally.requests += 1;
    if (!seat.run.digests.has(body)) tally.wrongKeys += 1;
  });
  return seat;
}

async function attempt(tally, seat, work) {
  // However late it is answered, it was asked then.
  const [wasRestarting, mightBeRefused] = [tally.world.isRestarting(), seat.run.mayBeRefused];
  try {
    await work();
  } catch (error) {
    // What disturbances.mjs asked for.
    if (wasRestarting || tally.world.isRestarting()) tally.interrupted += 1;
    else if ((mightBeRefused || seat.run.mayBeRefused) && error.message.startsWith("unexpected answer: HTTP/1.1 4")) tally.refused += 1;
    else tally.errors += 1;
    if (tally.errors > tally.messages.length && tally.messages.length < SHOWN_ERRORS) tally.messages.push(error.message.split("\r\n")[0]);
    seat.open?.close();
    seat.open = null;
  }
}

function summary({ rps, startedAtMs, requests, errors, wrongKeys, refused, interrupted, latenciesMs, messages }) {
  const perSecond = (requests + refused + interrupted) / ((performance.now() - startedAtMs) / 1_000);
  const sorted = latenciesMs.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    name: "requests",
    requests,
    shareOfRate: perSecond / rps,
    errors,
    wrongKeys,
    refused,
    interrupted,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    messages,
  };
}
