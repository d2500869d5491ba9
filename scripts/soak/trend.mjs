// Used by judge.mjs, not run by itself: how fast something grew, and how sure that is. Pure.
// In: points of time in hours and a value, and what stands for several values. Out: growth an hour, and by how much it may be otherwise (at
// 99.5 % to either side).

/** Looks that follow each other are alike (a burst, a buffer that is in use just now), so what counts is one value for each of so many stretches. */
const STRETCHES = 10;
/** Student's t for STRETCHES - 2 degrees of freedom. */
const T = 3.355;

/** The middle one: nothing that stands out counts. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** A line through them, by least squares. Fewer points than stretches say nothing. */
export function growthPerHour(points, pick = median) {
  if (points.length < STRETCHES) return { perHour: Number.NaN, error: Number.POSITIVE_INFINITY };
  const picked = Array.from({ length: STRETCHES }, (_, at) => {
    const stretch = points.slice(Math.floor((at * points.length) / STRETCHES), Math.floor(((at + 1) * points.length) / STRETCHES));
    return [mean(stretch.map(([hours]) => hours)), pick(stretch.map(([, value]) => value))];
  });
  const [x, y] = [0, 1].map((axis) => mean(picked.map((point) => point[axis])));
  const spread = sum(picked.map((point) => (point[0] - x) ** 2));
  const perHour = sum(picked.map((point) => (point[0] - x) * (point[1] - y))) / spread;
  const residue = sum(picked.map((point) => (point[1] - y - perHour * (point[0] - x)) ** 2));
  return { perHour, error: T * Math.sqrt(residue / (STRETCHES - 2) / spread) };
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values) {
  return sum(values) / values.length;
}
