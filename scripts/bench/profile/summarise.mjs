// Used by profile-daemon.mjs, not run by itself: the functions of a CPU profile with the share of the busy time they took, with and without what
// they called. In: a profile as V8 writes it. Out: functions, the most expensive first.

const NOT_WORK = new Set(["(idle)", "(root)"]);

/** @param root the repository's directory, to shorten file names by */
export function summarise(profile, root) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, { ...node, micros: 0 }]));
  profile.samples.forEach((id, at) => (nodes.get(id).micros += profile.timeDeltas[at]));
  const totals = new Map();
  let busy = 0;
  for (const node of nodes.values()) if (!NOT_WORK.has(node.callFrame.functionName)) busy += node.micros;
  visit(nodes, profile.nodes[0].id, { totals, active: new Set(), root });
  const functions = [...totals.values()]
    .filter(({ name }) => !NOT_WORK.has(name))
    .map(({ name, place, inclusive, own }) => ({ name, place, inclusive: inclusive / busy, own: own / busy }))
    .sort((a, b) => b.inclusive - a.inclusive);
  return { functions, busyMicros: busy };
}

/** Counts a function once however often it stands in a stack. Returns the time of the node and all below it. */
function visit(nodes, id, walk) {
  const node = nodes.get(id);
  const { functionName, url, lineNumber } = node.callFrame;
  const key = `${functionName} ${url} ${lineNumber}`;
  const isOutermost = !walk.active.has(key);
  if (isOutermost) walk.active.add(key);
  let micros = node.micros;
  for (const child of node.children ?? []) micros += visit(nodes, child, walk);
  if (isOutermost) walk.active.delete(key);
  const place = url === "" ? "native" : `${url.replace("file://", "").replace(walk.root, "")}:${lineNumber + 1}`;
  const total = walk.totals.get(key) ?? { name: functionName || "(anonymous)", place, inclusive: 0, own: 0 };
  walk.totals.set(key, { ...total, own: total.own + node.micros, inclusive: total.inclusive + (isOutermost ? micros : 0) });
  return micros;
}
