// What a sandboxed program sees of the file system, as an ordered list: later entries lie over earlier ones.
// In: the facts of this machine and run. Out: mounts. Pure: which paths exist is asked through `exists`, so tests need no disk.
// Everything a key could be read from or a socket be reached through is hidden; the project is the only thing that stays writable.
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { homeBindings } from "./home-bindings.ts";

export type Mount =
  /** An empty directory in memory. */
  | { readonly kind: "empty"; readonly path: string }
  | { readonly kind: "read-only"; readonly path: string; readonly source?: string }
  | { readonly kind: "writable"; readonly path: string; readonly source?: string };

export interface Bind {
  readonly path: string;
  readonly readOnly: boolean;
}

export interface SandboxFacts {
  /** Real paths of the user's home directories: HOME and the password database's. */
  readonly homes: readonly string[];
  /** The directory that stays writable. */
  readonly project: string;
  /** Git's own directory, which a worktree has elsewhere. */
  readonly gitDirectory: string | null;
  /** keyward's home; hidden but for `publicDirectory`. */
  readonly keywardHome: string;
  /** Certificates, bundles and the preload: what the run's variables name. */
  readonly publicDirectory: string;
  /** keyward's program and Node: the forwarder inside is made of them. */
  readonly programs: readonly string[];
  /** Further places to hide, that variables name: directories, and sockets and files. */
  readonly secretDirectories: readonly string[];
  readonly secretFiles: readonly string[];
  readonly binds: readonly Bind[];
  readonly searchPath: string;
  /** Where the project's rules may lie: beside the program's directory, and in those above it in the project. */
  readonly rules: readonly string[];
  /** Where /etc/resolv.conf really is, and what lies there instead. */
  readonly resolver: { readonly path: string; readonly source: string } | null;
  /** The run's socket outside; inside it is `PROXY_SOCKET`. */
  readonly proxySocket: string;
  readonly exists: (path: string) => boolean;
  /** A directory and no link to one. */
  readonly isPlainDirectory: (path: string) => boolean;
  readonly isLink: (path: string) => boolean;
}

/** In a directory of its own, so that its existence says: this is the inside. */
export const INSIDE_DIRECTORY = "/run/keyward-sandbox";
export const PROXY_SOCKET = `${INSIDE_DIRECTORY}/proxy.sock`;

/** Sockets of other programs (session bus, containers, agents, displays) and everybody's temporary files. */
const EMPTIED = [
  "/tmp",
  "/var/tmp",
  "/run",
  "/var/run",
  "/nix/var/nix/daemon-socket",
  "/var/lib/incus",
  "/var/lib/lxd",
  "/var/snap/lxd/common/lxd",
];
/** Programs and drivers of systems that keep them below /run. */
const KEPT_IN_RUN = ["/run/current-system", "/run/booted-system", "/run/opengl-driver", "/run/host"];

export function planMounts(facts: SandboxFacts): Mount[] {
  const { exists, homes, project } = facts;
  const places = [...new Set([...EMPTIED, ...homes, ...facts.secretDirectories])];
  const emptied = outermostFirst(places.filter((path) => path !== sep && facts.isPlainDirectory(path)));
  const isHidden = (path: string): boolean => emptied.some((place) => isWithin(path, place));
  const kept = [...KEPT_IN_RUN, ...homes.flatMap((home) => homeBindings(home, facts.searchPath)), ...facts.programs];
  const visible = outermostFirst([...new Set(kept)].filter((path) => isHidden(path) && !homes.includes(path) && exists(path)));
  const shown = [project, ...facts.binds.map(({ path }) => path)];
  const isSeen = (path: string): boolean => !isHidden(path) || visible.some((place) => isWithin(path, place));
  const masked = facts.secretFiles.filter((path) => isSeen(path) && !shown.some((place) => isWithin(path, place)));
  return [
    ...emptied.map((path): Mount => ({ kind: "empty", path })),
    ...visible.map(readOnly),
    // Opening a device is forbidden on every mount of the sandbox.
    ...masked.map((path): Mount => ({ kind: "read-only", path, source: "/dev/null" })),
    { kind: "writable", path: project },
    ...gitMounts(facts),
    ...outermostFirst(facts.binds.map(({ path }) => path)).map((path): Mount => {
      const fixed = facts.binds.some((bind) => bind.path === path && bind.readOnly);
      return { kind: fixed ? "read-only" : "writable", path };
    }),
    ...guarded(facts),
    ...(facts.resolver === null ? [] : [{ kind: "read-only", ...facts.resolver } as const]),
    ...(exists(facts.keywardHome) ? [{ kind: "empty", path: facts.keywardHome } as const] : []),
    readOnly(facts.publicDirectory),
    { kind: "writable", path: PROXY_SOCKET, source: facts.proxySocket },
  ];
}

function readOnly(path: string): Mount {
  return { kind: "read-only", path };
}

/**
 * Git's own directory is a mount of its own, also within the project: what is one can be neither moved away nor replaced, and with it
 * what is guarded in it. A worktree commits into the repository it belongs to, and its file that says where that is stays as it is.
 */
function gitMounts({ gitDirectory, project, exists, isPlainDirectory, isLink }: SandboxFacts): Mount[] {
  if (gitDirectory === null) return [];
  const own = join(project, ".git");
  const pointer = own === gitDirectory || !exists(own) || isPlainDirectory(own) || isLink(own) ? [] : [readOnly(own)];
  return [...pointer, { kind: "writable", path: gitDirectory }];
}

/**
 * What in the project acts outside of the sandbox later: the run's own rules, and what git starts by itself. Never a link: one that
 * an earlier run left behind would show what it leads to. Hooks that are not there cannot be laid there either.
 */
function guarded({ rules, gitDirectory, exists, isLink }: SandboxFacts): Mount[] {
  const mounts = rules.filter((path) => exists(path) && !isLink(path)).map(readOnly);
  const hooks = gitDirectory === null ? null : join(gitDirectory, "hooks");
  if (hooks === null || isLink(hooks)) return mounts;
  return [...mounts, exists(hooks) ? readOnly(hooks) : { kind: "empty", path: hooks }];
}

/** A directory must be laid before what lies in it. */
function outermostFirst(paths: readonly string[]): string[] {
  return [...paths].sort((a, b) => a.split(sep).length - b.split(sep).length || (a < b ? -1 : 1));
}

/** `path` is `place` or lies below it. */
export function isWithin(path: string, place: string): boolean {
  const way = relative(place, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Does `place` lie above `path`? */
export function isAbove(place: string, path: string): boolean {
  return place !== path && isWithin(path, place) && dirname(path) !== path;
}
