// What the sandbox must know about this machine: homes, the project, sockets and key files to hide. Linux.
// In: the environment, the directory, keyward's paths. Out: SandboxFacts. It reads the file system and changes nothing.
// A path is used by its real name, so that no link in the project leads a mount to somewhere else.
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { userHome } from "../../config/paths.ts";
import { KeywardError } from "../../core/errors.ts";
import { findProject } from "./find-project.ts";
import { nodeBindings } from "./home-bindings.ts";
import { leadsOut } from "./machine/leads-out.ts";
import { socketFiles } from "./machine/socket-files.ts";
import { type Bind, isAbove, isWithin, type SandboxFacts } from "./mounts.ts";

export interface FactSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly keywardHome: string;
  readonly controlSocket: string;
  readonly publicDirectory: string;
  readonly proxySocket: string;
  readonly binds: readonly TypedBind[];
  /** Over which another run could be begun, without this one's rules. */
  readonly daemonSocket?: string | undefined;
}

export interface TypedBind extends Bind {
  /** As it was typed, made absolute. */
  readonly typed: string;
}

/** Directories that hold what the sandbox is there to hide; none of them can be the project. */
const NEVER_A_PROJECT = ["/", "/dev", "/etc", "/proc", "/run", "/sys", "/tmp", "/usr", "/var", "/var/run", "/var/tmp"];
const RESOLVER = "/etc/resolv.conf";

/** @throws SANDBOX_UNAVAILABLE when the directory is no place to work in */
export function readFacts(sources: FactSources): SandboxFacts {
  const { environment, cwd } = sources;
  const homes = homesOf(environment);
  const { project, gitDirectory } = findProject(cwd, homes);
  checkProject(project, homes, sources.keywardHome);
  checkBinds(sources.binds, project);
  const resolver = realPath(RESOLVER);
  return {
    homes,
    project,
    gitDirectory,
    keywardHome: realPath(sources.keywardHome) ?? sources.keywardHome,
    publicDirectory: realPath(sources.publicDirectory) ?? sources.publicDirectory,
    programs: programs(),
    secretDirectories: secretDirectories(sources, project),
    secretFiles: secretFiles(environment, sources.daemonSocket),
    binds: sources.binds,
    searchPath: environment["PATH"] ?? "",
    rules: rulesAbove(cwd, project),
    resolver: resolver === null ? null : { path: resolver, source: join(sources.publicDirectory, "resolv.conf") },
    proxySocket: sources.proxySocket,
    exists: existsSync,
    isPlainDirectory: (path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    isLink: (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true,
  };
}

/** Where a run from here looks for its project file. */
function rulesAbove(cwd: string, project: string): string[] {
  const directories: string[] = [];
  for (let current = cwd; isWithin(current, project); current = dirname(current)) directories.push(current);
  return directories.map((directory) => join(directory, "keyward.json"));
}

/** HOME may be set to anything; the keys lie in the home of the password database as well. */
export function homesOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const named = [userHome(environment), databaseHome()].map((home) => (home === null ? null : realPath(home)));
  return [...new Set(named)].filter((home): home is string => home !== null && home !== sep);
}

function databaseHome(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    // A user without an entry, as in many containers.
    return null;
  }
}

function checkProject(project: string, homes: readonly string[], keywardHome: string): void {
  const refuse = (what: string): KeywardError =>
    new KeywardError("SANDBOX_UNAVAILABLE", `${project} ${what}, so it cannot be the sandbox's writable directory`, {
      hint: "cd into the directory of one project and start the run there",
    });
  if (homes.some((home) => home === project || isAbove(project, home))) throw refuse("is or holds a home directory");
  if (NEVER_A_PROJECT.includes(project)) throw refuse("belongs to the whole system");
  if (isWithin(project, realPath(keywardHome) ?? keywardHome)) throw refuse("lies in keyward's own home");
}

function checkBinds(binds: readonly TypedBind[], project: string): void {
  const bind = binds.find(({ typed }) => leadsOut(typed, project));
  if (bind === undefined) return;
  throw new KeywardError("USAGE", `--bind ${bind.typed}: a link in the project leads to ${bind.path}`, {
    hint: `a program may have laid it there; if you mean it: --bind ${bind.path}`,
  });
}

/** Node with its libraries, and the package this file is part of. */
function programs(): string[] {
  const node = realPath(process.execPath) ?? process.execPath;
  const root = fileURLToPath(new URL("../../../", import.meta.url)).replace(/\/$/, "");
  const modules = root.indexOf(`${sep}node_modules${sep}`);
  return [...nodeBindings(node), modules < 0 ? root : root.slice(0, modules + `${sep}node_modules`.length)];
}

function secretDirectories({ environment, controlSocket, keywardHome }: FactSources, project: string): string[] {
  const temporary = ["TMPDIR", "TMP", "TEMP"].map((name) => environment[name]);
  const named = [environment["XDG_RUNTIME_DIR"], environment["GNUPGHOME"], ...temporary];
  const socketDirectory = isWithin(controlSocket, keywardHome) ? undefined : dirname(controlSocket);
  return [...named, socketDirectory]
    .map((path) => (path === undefined || path === "" ? null : realPath(path)))
    .filter((path): path is string => path !== null && !isWithin(path, project) && !isWithin(project, path));
}

/** Sockets of agents and files of keys that variables name, and the sockets of everybody else. */
function secretFiles(environment: FactSources["environment"], daemonSocket: string | undefined): string[] {
  const { DBUS_SESSION_BUS_ADDRESS: bus, DOCKER_HOST: docker, CONTAINER_HOST: podman } = environment;
  const sockets = [bus, docker, podman].map((address) => /^unix:(?:path=|\/\/)?([^,;]+)/.exec(address ?? "")?.[1]);
  const files = ["SSH_AUTH_SOCK", "KEYWARD_KEY_FILE", "XAUTHORITY", "GOOGLE_APPLICATION_CREDENTIALS", "KUBECONFIG", "NETRC"];
  const named = [...sockets, daemonSocket, ...files.map((name) => environment[name])]
    .map((path) => (path === undefined || path === "" ? null : realPath(path)))
    .filter((path): path is string => path !== null);
  return [...new Set([...named, ...socketFiles()])];
}

/** `PATH`, `PATH:ro` or `PATH:rw`, as `--bind` takes them. @throws USAGE */
export function parseBind(
  text: string,
  { cwd, environment, keywardHome }: Pick<FactSources, "cwd" | "environment" | "keywardHome">,
): TypedBind {
  const [, name = "", mode = "rw"] = /^(.+?)(?::(ro|rw))?$/s.exec(text) ?? [];
  const expanded = name === "~" || name.startsWith("~/") ? join(userHome(environment), name.slice(1)) : name;
  const typed = resolve(cwd, expanded);
  const path = realPath(typed);
  const refuse = (why: string): KeywardError =>
    new KeywardError("USAGE", `--bind ${why}`, { hint: "for example: --bind ~/.cache/pip --bind /srv/data:ro" });
  if (name === "") throw refuse("takes a path");
  if (path === null) throw refuse(`${basename(expanded)}: there is no such file or directory`);
  if (path === sep || ["/proc", "/sys", "/dev"].some((place) => isWithin(path, place))) throw refuse(`cannot show ${path}`);
  if (isWithin(path, realPath(keywardHome) ?? keywardHome)) throw refuse("cannot show keyward's own home");
  return { path, readOnly: mode === "ro", typed };
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
