// Used by goals.mjs and tables.mjs, not run by itself: the median of every round's figures, one record a peer.
// In: a run of compare.mjs. Out: a map by the peer's name; what was not measured is undefined.
import { median } from "../workers.mjs";

const MB = 1e6;

export function gather({ results }) {
  return new Map(results.map((result) => [result.name, gatherOne(result)]));
}

function gatherOne({ about, failures, figures, memory }) {
  const events = figures.events?.flat();
  const firsts = figures.first?.flat();
  return {
    about,
    failures,
    ...Object.fromEntries(["kept1", "kept16", "kept64", "cold", "http2"].map((key) => [key, gatherLoad(figures[key])])),
    download: medianOrNone(figures.download),
    upload: medianOrNone(figures.upload),
    first: firsts === undefined ? undefined : { ms: median(firsts), maxMs: Math.max(...firsts) },
    events:
      events === undefined
        ? undefined
        : {
            headMs: median(events.map(({ headMs }) => headMs)),
            eventMs: median(events.map(({ eventMs }) => eventMs)),
            maxMs: Math.max(...events.map(({ eventMs }) => eventMs)),
          },
    memory: memory === null ? undefined : gatherMemory(memory),
  };
}

function gatherLoad(rounds) {
  if (rounds === undefined) return undefined;
  const of = (read) => median(rounds.map(read));
  return {
    rps: of((round) => round.rps),
    p50: of((round) => round.p50),
    p99: of((round) => round.p99),
    cpu: of((round) => round.cpuPerRequest.proxy),
    busy: Object.fromEntries(["load", "proxy", "upstream"].map((role) => [role, of((round) => round.busy[role])])),
  };
}

function gatherMemory({ idle, opened, open, after }) {
  return { idle: idle / MB, opened: opened[0], open: open.map((bytes) => bytes / MB), after: after.map((bytes) => bytes / MB) };
}

function medianOrNone(values) {
  return values === undefined ? undefined : median(values);
}
