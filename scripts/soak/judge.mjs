// Used by soak.mjs, not run by itself: what a soak is held to. Pure.
// In: looks at the idle daemon, under load and afterwards, the activities' figures, how many clients there are at most. Out: rows of figure and bound.
import { growthPerHour } from "./trend.mjs";

/** The first third is warm-up: code is compiled, pools are filled. */
const WARM_UP = 1 / 3;
/** From an hour of judged time on. */
const MAX_GROWTH_PER_HOUR_MB = 5;
const LONG_FROM_HOURS = 1;
/** Until then a process grows towards what it needs, with nothing leaking; 20 MB an hour is 60 bytes a request, and the heap shows that at once. */
const MAX_YOUNG_GROWTH_PER_HOUR_MB = { heap: 20, buffers: 20, resident: 120 };
/** A growth an hour of less than this long is all noise: then what was added counts. */
const GROWTH_FROM_HOURS = 4 / 60;
const MAX_ADDED_MB = 20;
/** Connections that are given up and opened anew, and idle ones to the upstream that come and go. */
const MAX_SPREAD = 0.05;
const SPREAD_FLOOR = 40;
/** A client's connection has one to the upstream at most; files and listeners come and go. */
const PER_CLIENT = 2;
const OTHERS = 20;
const LEFT_OVER = 4;
/** Less than this of the requests that were asked for, and nothing was soaked. */
const MIN_SHARE_OF_RATE = 0.5;
const MAX_RESTART_MS = 15_000;

/**
 * `clients`: null where nobody comes and goes, so that the number of descriptors must not either.
 * @param {{ idle: any, samples: any[], after: any, figures: any[], clients?: number | null }} soaked
 */
export function judge({ idle, samples, after, figures, clients = null }) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const rows = [
    ...figures.flatMap(rowsOf),
    ...memory(warm),
    ...(clients === null ? steady(warm, "descriptors") : bounded(warm, idle, clients)),
    ...steady(warm, "timers"),
  ];
  if (after.descriptors !== null)
    rows.push(atMost("descriptors afterwards, above those at first", after.descriptors - idle.descriptors, LEFT_OVER));
  rows.push(atMost("timers afterwards, above those at first", after.timers - idle.timers, 5));
  return { rows, isGood: rows.every(({ isMet }) => isMet) };
}

/** Counts of things that must not happen; the rest is told as it is. */
function rowsOf({ name, messages, ...counts }) {
  const never = new Set(["errors", "wrongKeys", "lost", "silent", "failed"]);
  const rows = Object.entries(counts).map(([what, value]) => {
    if (never.has(what)) return atMost(`${name}: ${what}`, value, 0);
    if (what === "shareOfRate") return atLeast(`${name}: share of the rate that was asked for`, value, MIN_SHARE_OF_RATE);
    if (what === "slowestRestartMs") return atMost(`${name}: slowest restart, ms`, Math.round(value), MAX_RESTART_MS);
    return { what: `${name}: ${what}`, value: Number.isInteger(value) ? String(value) : value.toFixed(1), bound: "–", isMet: true };
  });
  return [...rows, ...messages.map((text) => ({ what: `${name}: an error`, value: text.slice(0, 60), bound: "none", isMet: false }))];
}

/** Every look is after a collection, so the heap and the buffers show a leak within minutes; what the process has follows slowly. */
function memory(warm) {
  const hours = ((warm.at(-1)?.atMs ?? 0) - (warm[0]?.atMs ?? 0)) / 3_600_000;
  const pointsOf = (kind) => warm.map((sample) => [sample.atMs / 3_600_000, sample[kind] / 1e6]);
  const [heap, buffers, resident] = [pointsOf("heapUsed"), pointsOf("external"), pointsOf("rss")];
  const most = Math.max(...resident.map(([, mb]) => mb)).toFixed(0);
  const rows = [{ what: "resident memory at most, MB", value: most, bound: "–", isMet: true }];
  if (hours < GROWTH_FROM_HOURS) return [...rows, atMost("heap, second half above the first, MB", added(heap), MAX_ADDED_MB)];
  const boundOf = (kind) => (hours >= LONG_FROM_HOURS ? MAX_GROWTH_PER_HOUR_MB : MAX_YOUNG_GROWTH_PER_HOUR_MB[kind]);
  return [
    ...rows,
    growth("heap, MB more an hour", growthPerHour(heap), boundOf("heap")),
    // One that is in use at a look is no leak.
    growth(
      "buffers, MB more an hour",
      growthPerHour(buffers, (values) => Math.min(...values)),
      boundOf("buffers"),
    ),
    growth("resident memory, MB more an hour", growthPerHour(resident), boundOf("resident")),
  ];
}

/** Broken where it is surely more: the line minus what it may be off. A soak that is too short to tell says so by what stands behind the ±. */
function growth(what, { perHour, error }, bound) {
  return { what, value: `${perHour.toFixed(1)} ± ${error.toFixed(1)}`, bound: `≤ ${bound}`, isMet: !(perHour - error > bound) };
}

function added(points) {
  const half = Math.floor(points.length / 2);
  const mean = (part) => part.reduce((sum, [, mb]) => sum + mb, 0) / Math.max(1, part.length);
  return mean(points.slice(half)) - mean(points.slice(0, half));
}

function bounded(warm, idle, clients) {
  const values = warm.map(({ descriptors }) => descriptors).filter((value) => value !== null);
  if (values.length === 0) return [];
  return [atMost("descriptors at most, above those at first", Math.max(...values) - idle.descriptors, PER_CLIENT * clients + OTHERS)];
}

function steady(warm, what) {
  const values = warm.map((sample) => sample[what]).filter((value) => value !== null);
  if (values.length === 0) return [];
  const spread = Math.max(...values) - Math.min(...values);
  return [
    atMost(
      `${what}, most less fewest (most ${Math.max(...values)})`,
      spread,
      Math.max(SPREAD_FLOOR, Math.round(Math.max(...values) * MAX_SPREAD)),
    ),
  ];
}

function atMost(what, value, bound) {
  const shown = Number.isInteger(value) ? String(value) : value.toFixed(2);
  return { what, value: shown, bound: bound === 0 ? "none" : `≤ ${bound}`, isMet: value <= bound };
}

function atLeast(what, value, bound) {
  return { what, value: value.toFixed(2), bound: `≥ ${bound}`, isMet: value >= bound };
}
