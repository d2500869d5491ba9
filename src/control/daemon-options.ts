// The Node options a daemon runs with; any other option is a stranger's and makes it start anew without.

/**
 * A small young generation: buffers of bodies on their way are collected while they are few, which keeps a gigabyte in
 * transit from showing in the daemon's memory. Units: MiB.
 */
export const DAEMON_NODE_OPTIONS: readonly string[] = ["--max-semi-space-size=2"];
