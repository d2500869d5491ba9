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
  /** keyward's home; hidden but for `publicDirectory`. */
  readonly keywardHome: string;
  /** Certificates, bundles and the preload: what the run's variables name. */
  readonly publicDirectory: string;
  /** keyward's program and Node: the forwarder inside is made of them. */
  readonly programs: readonly string[];
  /** Further places to hide: directories of sockets and key files that variables name. */
  readonly secretPlaces: readonly string[];
  readonly binds: readonly Bind[];
  readonly searchPath: string;
  /** Where /etc/resolv.conf really is, and what lies there instead. */
  readonly resolver: { readonly path: string; readonly source: string } | null;
  /** The run's socket outside; inside it is `PROXY_SOCKET`. */
  readonly proxySocket: string;
  readonly exists: (path: string) => boolean;
}

/** In a directory of its own, so that its existence says: this is the inside. */
export const INSIDE_DIRECTORY = "/run/keyward-sandbox";
export const PROXY_SOCKET = `${INSIDE_DIRECTORY}/proxy.sock`;

/** Sockets of other programs (session bus, containers, agents, displays) and everybody's temporary files. */
const EMPTIED = ["/tmp", "/var/tmp", "/run", "/var/run", "/dev/shm"];
/** Programs and drivers of systems that keep them below /run. */
const KEPT_IN_RUN = ["/run/current-system", "/run/booted-system", "/run/opengl-driver", "/run/host"];

export function planMounts(facts: SandboxFacts): Mount[] {
  const { exists } = facts;
  const emptied = [...new Set([...EMPTIED, ...facts.homes, ...facts.secretPlaces])].filter((path) => path !== sep && exists(path));
  const isHidden = (path: string): boolean => emptied.some((place) => isWithin(path, place));
  const readOnly = (path: string): Mount => ({ kind: "read-only", path });
  const visible = [...KEPT_IN_RUN, ...facts.homes.flatMap((home) => homeBindings(home, facts.searchPath)), ...facts.programs];
  return [
    ...outermostFirst(emptied).map((path): Mount => ({ kind: "empty", path })),
    ...outermostFirst([...new Set(visible)].filter((path) => isHidden(path) && exists(path))).map(readOnly),
    { kind: "writable", path: facts.project },
    ...facts.binds.map(({ path, readOnly: fixed }): Mount => ({ kind: fixed ? "read-only" : "writable", path })),
    ...guarded(facts),
    ...(facts.resolver === null ? [] : [{ kind: "read-only", ...facts.resolver } as const]),
    ...(exists(facts.keywardHome) ? [{ kind: "empty", path: facts.keywardHome } as const] : []),
    readOnly(facts.publicDirectory),
    { kind: "writable", path: PROXY_SOCKET, source: facts.proxySocket },
  ];
}

/** What in the project acts outside of the sandbox later: the run's own rules, and what git starts by itself. */
function guarded({ project, exists }: SandboxFacts): Mount[] {
  const paths = [join(project, "keyward.json"), join(project, ".git", "hooks")];
  return paths.filter(exists).map((path) => ({ kind: "read-only", path }));
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
