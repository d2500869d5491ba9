// The registry of environment variables keyward reads, and the only place that touches process.env.
// In: the process environment. Out: named lookups, and the whole environment for the child that inherits it.

/** Every variable keyward itself reads, with its meaning (docs/cli.md is held equal to this list). */
export const VARIABLES = {
  KEYWARD_HOME: "directory that holds everything keyward keeps",
  KEYWARD_PROFILE: "profile to use instead of the active one",
  KEYWARD_EPHEMERAL: "1: a profile in memory that ends with the command; nothing stays on disk",
  KEYWARD_OUTPUT: "human (default), json (as --json), agent (errors as JSON, no questions) or quiet (no notices)",
  KEYWARD_CI: "1: never prompt, never open a browser (also CI, GITHUB_ACTIONS)",
  KEYWARD_UI_PORT: "port of the login form, instead of the setting ui.port",
  KEYWARD_LOGIN_VERIFY: "false: a login asks no provider about its key, instead of the setting login.verify",
  KEYWARD_RUN_DENY_UNMATCHED: "1: as the setting run.deny_unmatched; it cannot turn that off",
  KEYWARD_RUN_SANDBOX: "1: as the setting run.sandbox; it cannot turn that off",
  KEYWARD_DAEMON_IDLE_TIMEOUT: "for a daemon that is started with it: instead of the setting daemon.idle_timeout",
  KEYWARD_PROFILE_LOCK_AFTER: "for a daemon that is started with it: instead of the setting profile.lock_after",
  KEYWARD_SECRETS_CACHE_SECONDS: "for a daemon that is started with it: instead of the setting secrets.cache_seconds",
  KEYWARD_AUDIT_MAX_BYTES: "for a daemon that is started with it: instead of the setting audit.max_bytes",
  KEYWARD_AUDIT_MAX_AGE_DAYS: "for a daemon that is started with it: instead of the setting audit.max_age_days",
  KEYWARD_HUB_KEEP_RUNS_DAYS: "for a daemon that is started with it: instead of the setting hub.keep_runs_days",
  KEYWARD_KEY_FILE: "file that holds the profile key (64 hex digits), for servers",
  KEYWARD_KEY_COMMAND: "command that prints the profile key, for servers",
  KEYWARD_KEYCHAIN: "off: never ask the operating system's keychain",
  KEYWARD_LOG_LEVEL: "daemon log level: error, warn, info, debug, trace",
  KEYWARD_RUN_SOCKET: "run socket of another user's daemon, as --daemon-socket of run",
  KEYWARD_SANDBOX: "set to 1 by keyward inside of a run's sandbox",
  KEYWARD_TOKEN: "API token for a hub, instead of the profile's login; goes to KEYWARD_HUB only",
  KEYWARD_HUB: "address of the hub",
  KEYWARD_WORKSPACE: "workspace of a hub, id or slug, instead of that of the login",
  KEYWARD_AUTO_SYNC: "1: every run is uploaded to the hub when it ends, instead of the setting hub.auto_sync",
  KEYWARD_CONTENT_MODE: "full, summary or redacted: what the hub is told of a run, instead of the setting hub.content",
  KEYWARD_HUB_KEY: "a hub's root key: a line each, an id, a colon and 64 hex digits",
  KEYWARD_HUB_KEY_FILE: "file that holds a hub's root key",
  KEYWARD_HUB_KEY_COMMAND: "command that prints a hub's root key",
  KEYWARD_HUB_DATABASE: "postgres://… of a hub, instead of its SQLite file",
  KEYWARD_HUB_OWNER_DATABASE: "the same database under the role that owns its tables, for hub init and hub migrate-db",
  KEYWARD_HUB_OIDC_SECRET: "the secret of a hub's client at the OpenID provider that --oidc-issuer names",
  KEYWARD_HUB_OIDC_SECRET_FILE: "file that holds that secret",
  CI: "set in CI systems: no prompt, no browser",
  GITHUB_ACTIONS: "set in GitHub Actions: no prompt, no browser",
  NO_COLOR: "any value: no colour in output",
  TERM: "dumb: no colour in output",
  BROWSER: "program that opens the login form, or none",
  DISPLAY: "X display; without it and WAYLAND_DISPLAY Linux counts as headless",
  WAYLAND_DISPLAY: "Wayland display",
  SSH_CONNECTION: "set in SSH sessions: the login asks in the terminal",
  HOME: "the user's home directory",
  USERPROFILE: "the user's home directory on Windows",
  XDG_DATA_HOME: "parent of keyward's home on Linux",
  XDG_RUNTIME_DIR: "parent of the control socket when the home's path is too long for one",
  LOCALAPPDATA: "parent of keyward's home on Windows",
  PATH: "where commands and clients are looked up",
  SHELL: "the user's shell, for the default export format",
  RUNNER_TEMP: "where the home of KEYWARD_EPHEMERAL lies when there is no memory-backed directory",
  HTTPS_PROXY: "a run's parent proxy (https_proxy, ALL_PROXY and NO_PROXY count as well); inside a run, tells a command that it is",
} as const;

export type VariableName = keyof typeof VARIABLES;

/** A whole environment as spawn takes it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a registered variable; an empty value counts as unset. */
export function readVariable(name: VariableName, environment: Environment = process.env): string | undefined {
  const value = environment[name];
  return value === undefined || value === "" ? undefined : value;
}

/** A copy of the whole environment, for a child that inherits it. */
export function inheritedEnvironment(): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) copy[name] = value;
  return copy;
}

/** A variable the user named on the command line (`--from-env VAR`). */
export function readNamedVariable(name: string): string | undefined {
  return process.env[name];
}

/** True where nobody can answer a prompt by the environment's own word. */
export function isUnattended(environment: Environment = process.env): boolean {
  const on = (name: VariableName): boolean => {
    const value = readVariable(name, environment);
    return value !== undefined && value !== "0" && value !== "false";
  };
  return on("KEYWARD_CI") || on("CI") || on("GITHUB_ACTIONS");
}

/**
 * What the daemon may inherit: where things are and how to reach the keychain. Nothing that loads code, changes TLS,
 * redirects DNS or sets a proxy (NODE_OPTIONS, LD_*, SSL_CERT_*, *_PROXY …) gets through.
 */
const DAEMON_VARIABLES = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "USERPROFILE",
  "LOCALAPPDATA",
  "APPDATA",
  "SystemRoot",
  "TMPDIR",
  "TEMP",
  "LANG",
  "LC_ALL",
  "TZ",
  "XDG_DATA_HOME",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
  "KEYWARD_HOME",
  "KEYWARD_KEY_FILE",
  "KEYWARD_KEY_COMMAND",
  "KEYWARD_KEYCHAIN",
  "KEYWARD_LOG_LEVEL",
  "KEYWARD_UI_PORT",
  "KEYWARD_DAEMON_IDLE_TIMEOUT",
  "KEYWARD_PROFILE_LOCK_AFTER",
  "KEYWARD_SECRETS_CACHE_SECONDS",
  "KEYWARD_AUDIT_MAX_BYTES",
  "KEYWARD_AUDIT_MAX_AGE_DAYS",
  "KEYWARD_HUB_KEEP_RUNS_DAYS",
] as const;

export function daemonEnvironment(environment: Environment = process.env): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of DAEMON_VARIABLES) {
    const value = environment[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** The same for a daemon that ends with its command: its key is its own, whatever keeps the user's. */
export function temporaryDaemonEnvironment(environment: Environment = process.env): Record<string, string> {
  const { KEYWARD_KEY_COMMAND: _, ...kept } = daemonEnvironment(environment);
  return { ...kept, KEYWARD_KEY_FILE: "memory:", KEYWARD_KEYCHAIN: "off" };
}

/** What loads code into a process, changes its TLS, its name lookup or its route: a daemon that has any starts itself anew without. */
const MEDDLING = /^(?:NODE_|LD_|DYLD_|SSL_|SSLKEYLOGFILE$|OPENSSL_|UV_|GCONV_PATH$|HOSTALIASES$|LOCALDOMAIN$|RES_OPTIONS$)|_PROXY$/i;

export function hasMeddlingVariable(environment: Environment = process.env): boolean {
  return Object.keys(environment).some((name) => MEDDLING.test(name));
}
