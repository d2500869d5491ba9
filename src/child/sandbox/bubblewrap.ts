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

export function bubblewrapArguments({ mounts, cwd, filterFd, command }: BubblewrapOptions): string[] {
  return [
    ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"],
    // Whoever kills the wrapper, even with SIGKILL, ends everything inside.
    ...["--die-with-parent", "--cap-drop", "ALL"],
    ...["--ro-bind", "/", "/"],
    ...["--dev", "/dev", "--proc", "/proc"],
    ...mounts.flatMap(mountArguments),
    ...(filterFd === null ? [] : ["--seccomp", String(filterFd)]),
    ...["--chdir", cwd, "--", ...command],
  ];
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
