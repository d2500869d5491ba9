// The Node options a daemon runs with; any other option is a stranger's and makes it start anew without.

/**
 * A small young generation: buffers of bodies on their way are collected while they are few, which keeps a gigabyte in
 * transit from showing in the daemon's memory. Units: MiB.
 */
const SMALL_YOUNG_GENERATION = "--max-semi-space-size=2";

/** Node 22.14 and later shut the inspector's signal at the very start; before, the daemon's first statement does. */
const NO_INSPECTOR_SIGNAL = "--disable-sigusr1";

export const DAEMON_NODE_OPTIONS: readonly string[] = [
  SMALL_YOUNG_GENERATION,
  ...(process.allowedNodeEnvironmentFlags.has(NO_INSPECTOR_SIGNAL) ? [NO_INSPECTOR_SIGNAL] : []),
];
