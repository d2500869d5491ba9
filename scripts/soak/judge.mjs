// Used by soak.mjs, not run by itself: what a soak is held to. Pure.
// In: looks at the idle daemon, under load and afterwards, the activities' figures. Out: rows of figure and bound.

/** The first third is warm-up: code is compiled, pools are filled. */
const WARM_UP = 1 / 3;
/** Memory of a process under load wavers by some megabytes; a leak of one kilobyte a request is twenty a minute. */
const MAX_SLOPE_MB_PER_MINUTE = 1;
/** Over hours the noise is gone. */
const MAX_SLOPE_MB_PER_HOUR = 5;
const HOURLY_FROM_MINUTES = 40;
/** A short soak's slope is all noise: then the growth alone counts. */
const SLOPE_FROM_MINUTES = 4;
const MAX_GROWTH_MB = 20;
/** Connections that are given up and opened anew, and idle ones to the upstream that come and go. */
const MAX_SPREAD = 0.05;
const SPREAD_FLOOR = 40;

export function judge({ idle, samples, after, figures, isDisturbed = false }) {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const rows = [
    ...figures.flatMap(rowsOf),
    ...memory(warm),
    ...(isDisturbed ? grown(warm, "descriptors") : steady(warm, "descriptors")),
    ...steady(warm, "timers"),
  ];
  if (after.descriptors !== null)
    rows.push(atMost("descriptors afterwards, above those at first", after.descriptors - idle.descriptors, SPREAD_FLOOR));
  rows.push(atMost("timers afterwards, above those at first", after.timers - idle.timers, 5));
  return { rows, isGood: rows.every(({ isMet }) => isMet) };
}

/** Counts of things that must not happen; the rest is told as it is. */
function rowsOf({ name, messages, ...counts }) {
  const never = new Set(["errors", "wrongKeys", "lost", "silent", "failed"]);
  const rows = Object.entries(counts).map(([what, value]) => {
    if (never.has(what)) return atMost(`${name}: ${what}`, value, 0);
    return { what: `${name}: ${what}`, value: Number.isInteger(value) ? String(value) : value.toFixed(1), bound: "–", isMet: true };
  });
  return [...rows, ...messages.map((text) => ({ what: `${name}: an error`, value: text.slice(0, 60), bound: "none", isMet: false }))];
}

function memory(warm) {
  const points = warm.map((sample) => [sample.atMs / 60_000, sample.rss / 1e6]);
  const half = Math.floor(points.length / 2);
  const growth = mean(points.slice(half)) - mean(points.slice(0, half));
  const minutes = (points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0);
  const rows = [
    { what: "resident memory at most, MB", value: Math.max(...points.map(([, mb]) => mb)).toFixed(0), bound: "–", isMet: true },
    atMost("resident memory, second half above the first, MB", growth, MAX_GROWTH_MB),
  ];
  if (minutes < SLOPE_FROM_MINUTES) return rows;
  if (minutes >= HOURLY_FROM_MINUTES)
    return [...rows, atMost("resident memory, slope, MB per hour", slope(points) * 60, MAX_SLOPE_MB_PER_HOUR)];
  return [...rows, atMost("resident memory, slope, MB per minute", slope(points), MAX_SLOPE_MB_PER_MINUTE)];
}

/** Connections are given up and opened anew with every refusal: their number wavers, and must not grow. */
function grown(warm, what) {
  const values = warm.map((sample) => sample[what]).filter((value) => value !== null);
  const half = Math.floor(values.length / 2);
  const meanOf = (part) => mean(part.map((value) => [0, value]));
  return values.length === 0
    ? []
    : [atMost(`${what}, second half above the first`, meanOf(values.slice(half)) - meanOf(values.slice(0, half)), SPREAD_FLOOR)];
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

function mean(points) {
  return points.reduce((sum, [, mb]) => sum + mb, 0) / Math.max(1, points.length);
}

/** Least squares. */
function slope(points) {
  const middle = [points.reduce((sum, [x]) => sum + x, 0) / points.length, mean(points)];
  const above = points.reduce((sum, [x, y]) => sum + (x - middle[0]) * (y - middle[1]), 0);
  return above / points.reduce((sum, [x]) => sum + (x - middle[0]) ** 2, 0);
}
