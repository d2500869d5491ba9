// The sandbox as arguments of bubblewrap(1), Linux. In: mounts, a directory, descriptors. Out: an argument list. Pure.
// The program gets its own users, processes, IPC and network: loopback is all it can reach. It keeps no capability.
import type { Mount } from "./mounts.ts";

export interface BubblewrapOptions {
  readonly mounts: readonly Mount[];
  readonly cwd: string;
  /** Descriptor the system-call filter is read from; null = no filter. */
  readonly filterFd: number | null;
  readonly command: readonly string[];
}

/** Whoever kills the wrapper, even with SIGKILL, ends everything inside. */
const APART = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-net",
  "--unshare-uts",
  "--unshare-cgroup-try",
  "--die-with-parent",
  "--cap-drop",
  "ALL",
];
const BASE = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"];

export function bubblewrapArguments({ mounts, cwd, filterFd, command }: BubblewrapOptions): string[] {
  const filter = filterFd === null ? [] : ["--seccomp", String(filterFd)];
  return [...APART, ...BASE, ...mounts.flatMap(mountArguments), ...filter, "--chdir", cwd, "--", ...command];
}

function mountArguments(mount: Mount): string[] {
  switch (mount.kind) {
    case "empty":
      return ["--perms", isShared(mount.path) ? "1777" : "0700", "--tmpfs", mount.path];
    case "read-only":
      return ["--ro-bind", mount.source ?? mount.path, mount.path];
    case "writable":
      return ["--bind", mount.source ?? mount.path, mount.path];
  }
}

function isShared(path: string): boolean {
  return ["/tmp", "/var/tmp", "/dev/shm"].includes(path);
}
