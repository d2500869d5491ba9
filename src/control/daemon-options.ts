// The Node options a daemon runs with; any other option is a stranger's and makes it start anew without.

/**
 * A small young generation: buffers of bodies on their way are collected while they are few, which keeps a gigabyte in
 * transit from showing much in the daemon's memory. Half of it would cost a fifth more processor time a request. Units: MiB.
 */
const YOUNG_GENERATION = "--max-semi-space-size=4";

/** V8 compiles and collects beside the daemon's own thread; each of the four threads that it would take for that keeps memory of its own. */
const ONE_THREAD_BESIDE = "--v8-pool-size=1";

/** Node 22.14 and later shut the inspector's signal at the very start; before, the daemon's first statement does. */
const NO_INSPECTOR_SIGNAL = "--disable-sigusr1";

export const DAEMON_NODE_OPTIONS: readonly string[] = [
  YOUNG_GENERATION,
  ONE_THREAD_BESIDE,
  ...(process.allowedNodeEnvironmentFlags.has(NO_INSPECTOR_SIGNAL) ? [NO_INSPECTOR_SIGNAL] : []),
];
