// The sandbox as arguments of bubblewrap(1), Linux. In: mounts, a directory, descriptors. Out: an argument list. Pure.
// The program gets its own users, processes, IPC and network: loopback is all it can reach. It keeps no capability.
import { INSIDE_DIRECTORY, type Mount } from "./mounts.ts";

export interface BubblewrapOptions {
  readonly mounts: readonly Mount[];
  readonly cwd: string;
  /** Descriptor the system-call filter is read from; null = no filter. */
  readonly filterFd: number | null;
  /** bubblewrap tells the process that makes the sandbox on the first, and that process waits for the end of the second. */
  readonly gate?: { readonly infoFd: number; readonly holdFd: number };
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

const GATE_FILE = `${INSIDE_DIRECTORY}/network`;

export function bubblewrapArguments({ mounts, cwd, filterFd, gate, command }: BubblewrapOptions): string[] {
  const filter = filterFd === null ? [] : ["--seccomp", String(filterFd)];
  return [...APART, ...BASE, ...mounts.flatMap(mountArguments), ...gateArguments(gate), ...filter, "--chdir", cwd, "--", ...command];
}

/** The file's content is awaited in the user namespace that owns the network; later the program is moved to another, without that power. */
function gateArguments(gate: BubblewrapOptions["gate"]): string[] {
  if (gate === undefined) return [];
  return ["--info-fd", String(gate.infoFd), "--ro-bind-data", String(gate.holdFd), GATE_FILE];
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
