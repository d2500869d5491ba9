// Where everything lives: one home directory per user, one tree inside it.
// In: the environment and the platform. Out: absolute paths. Creates nothing (see home.ts).
import { createHash } from "node:crypto";
import { homedir, tmpdir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { type Environment, readVariable } from "./environment.ts";

export interface Paths {
  readonly home: string;
  /** Settings, see settings.ts. */
  readonly config: string;
  /** Custom provider definitions, `<id>.json`. */
  readonly providers: string;
  /** `<profile>.db`, `<profile>.key.json`, `<profile>.audit.jsonl`. */
  readonly profiles: string;
  /** What the daemon and children need while they live: lock, log, CA certificate, bundles, preload. */
  readonly state: string;
  readonly daemonLock: string;
  readonly daemonLog: string;
  readonly controlSocket: string;
}

/** Unix socket paths are limited to 104 bytes on macOS and 108 on Linux. */
const MAX_SOCKET_PATH_BYTES = 100;

/** @param environment defaults to the process's own */
export function resolvePaths(environment: Environment = process.env): Paths {
  const home = homePath(environment);
  const state = join(home, "state");
  return {
    home,
    config: join(home, "config.json"),
    providers: join(home, "providers"),
    profiles: join(home, "profiles"),
    state,
    daemonLock: join(state, "daemon.lock"),
    daemonLog: join(state, "daemon.log"),
    controlSocket: controlSocketPath(state, environment),
  };
}

function homePath(environment: Environment): string {
  const chosen = readVariable("KEYWARD_HOME", environment);
  if (chosen !== undefined) return resolve(chosen);
  const user = userHome(environment);
  if (process.platform === "darwin") return join(user, "Library", "Application Support", "keyward");
  if (process.platform === "win32") return join(readVariable("LOCALAPPDATA", environment) ?? join(user, "AppData", "Local"), "keyward");
  const data = readVariable("XDG_DATA_HOME", environment);
  return join(data !== undefined && isAbsolute(data) ? data : join(user, ".local", "share"), "keyward");
}

/** The user's home directory: HOME, else the password database. */
export function userHome(environment: Environment = process.env): string {
  const named = readVariable(process.platform === "win32" ? "USERPROFILE" : "HOME", environment);
  if (named !== undefined) return named;
  try {
    return homedir();
  } catch {
    // A user of no password database and no HOME has none: whoever needs it says that it cannot be used.
    return process.platform === "win32" ? "C:\\nonexistent" : "/nonexistent";
  }
}

function controlSocketPath(state: string, environment: Environment): string {
  const tag = createHash("sha256").update(state).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\keyward-${tag}`;
  const inside = join(state, "daemon.sock");
  if (Buffer.byteLength(inside) <= MAX_SOCKET_PATH_BYTES) return inside;
  const runtime = readVariable("XDG_RUNTIME_DIR", environment) ?? tmpdir();
  return join(runtime, `keyward-${userInfo().uid}-${tag}`, "daemon.sock");
}
