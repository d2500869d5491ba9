// The typed settings: every key, its type, default and meaning. One table; `config list`, docs and checks read it.
// In: text a user typed or JSON from config.json. Out: typed values, or SETTING_VALUE / SETTING_UNKNOWN with the list.
import { isIP } from "node:net";
import type { VariableName } from "./environment.ts";
import { CONTENT_MODES, type ContentMode } from "../core/run.ts";
import { KeywardError } from "../core/errors.ts";
import { canonicalHost } from "../core/host.ts";
import { NAME_PATTERN, PROVIDER_ID_PATTERN } from "../core/names.ts";

export interface Settings {
  /** A file of the audit is put aside at this size or age; 0 = never. */
  readonly "audit.max_bytes": number;
  readonly "audit.max_age_days": number;
  readonly "hub.auto_sync": boolean;
  readonly "hub.content": ContentMode;
  /** 0 = never. */
  readonly "hub.keep_runs_days": number;
  readonly "login.verify": boolean;
  readonly "upstream.ca_file": string | null;
  readonly "upstream.proxy": string | null;
  readonly "upstream.resolve": readonly string[];
  readonly "network.allow": readonly string[];
  /** Seconds; 0 = never. */
  readonly "daemon.idle_timeout": number;
  /** 0 = 7999 when it is free, else any free port. */
  readonly "ui.port": number;
  readonly "run.deny_unmatched": boolean;
  /** `mask`, `block` or `off`, and `PROVIDER=…` or `PROVIDER/CONNECTION=…` for single ones; empty: by the length of the secret. */
  readonly scrub: readonly string[];
  readonly "run.sandbox": boolean;
  /** `provider=connection` each. */
  readonly "run.shared": readonly string[];
  readonly "run.socket": string | null;
  readonly profile: string;
  /** Seconds; 0 = never. */
  readonly "profile.lock_after": number;
  /** How long a value that is kept elsewhere is used before it is read again; 0 = it is read for every request. */
  readonly "secrets.cache_seconds": number;
}

export type SettingKey = keyof Settings;

interface SettingSpec {
  readonly type: "path" | "url" | "list" | "seconds" | "port" | "boolean" | "name" | "scrub" | "count" | "content";
  readonly fallback: Settings[SettingKey];
  readonly doc: string;
  readonly example: string;
  /** Variable that overrides the file; what says whom the daemon trusts and where it dials has none. */
  readonly variable?: VariableName;
  /** The variable can turn it on, and not off. */
  readonly onlyOn?: true;
}

export const SETTINGS: Readonly<Record<SettingKey, SettingSpec>> = {
  "audit.max_age_days": {
    type: "count",
    fallback: 90,
    doc: "the audit begins a new file when its first record is this many days old; old files stay; 0 = never",
    example: "30",
    variable: "KEYWARD_AUDIT_MAX_AGE_DAYS",
  },
  "audit.max_bytes": {
    type: "count",
    fallback: 67_108_864,
    doc: "the audit begins a new file when the one being written has this many bytes; old files stay; 0 = never",
    example: "10000000",
    variable: "KEYWARD_AUDIT_MAX_BYTES",
  },
  "daemon.idle_timeout": {
    type: "seconds",
    fallback: 43_200,
    doc: "the daemon exits this long after the last run and command; 0 = never; 90s, 15m and 12h are understood",
    example: "12h",
    variable: "KEYWARD_DAEMON_IDLE_TIMEOUT",
  },
  "hub.auto_sync": {
    type: "boolean",
    fallback: false,
    doc: "every run is uploaded to the hub when it ends, as with run --sync",
    example: "true",
    variable: "KEYWARD_AUTO_SYNC",
  },
  "hub.content": {
    type: "content",
    fallback: "summary",
    doc: "what the hub is told of a run: full, the program as it was called and the connections; summary, its bare name instead; redacted, neither: ids, times and counts",
    example: "redacted",
    variable: "KEYWARD_CONTENT_MODE",
  },
  "hub.keep_runs_days": {
    type: "count",
    fallback: 0,
    doc: "a run's summary for the hub is removed this many days after its start, uploaded or not; 0 = never by age",
    example: "30",
    variable: "KEYWARD_HUB_KEEP_RUNS_DAYS",
  },
  "login.verify": {
    type: "boolean",
    fallback: true,
    doc: "a login asks the provider whether it knows the key, where the provider's definition declares how",
    example: "false",
    variable: "KEYWARD_LOGIN_VERIFY",
  },
  "network.allow": {
    type: "list",
    fallback: [],
    doc: "address ranges (CIDR) dialled although they are private or reserved, comma separated",
    example: "10.0.0.0/8,192.168.1.0/24",
  },
  "profile.lock_after": {
    type: "seconds",
    fallback: 900,
    doc: "a profile under a passphrase is locked when for this long no run lives and no command comes; 0 = never",
    example: "1h",
    variable: "KEYWARD_PROFILE_LOCK_AFTER",
  },
  profile: { type: "name", fallback: "default", doc: "the active profile", example: "work", variable: "KEYWARD_PROFILE" },
  "run.deny_unmatched": {
    type: "boolean",
    fallback: false,
    doc: "every run refuses hosts that are neither bound nor allowed, as with --deny-unmatched",
    example: "true",
    variable: "KEYWARD_RUN_DENY_UNMATCHED",
    onlyOn: true,
  },
  "run.sandbox": {
    type: "boolean",
    fallback: false,
    doc: "every run is put into a sandbox, as with --sandbox; one that cannot be had fails",
    example: "true",
    variable: "KEYWARD_RUN_SANDBOX",
    onlyOn: true,
  },
  "run.shared": {
    type: "list",
    fallback: [],
    doc: "connections that runs over run.socket may use, as PROVIDER=NAME, comma separated; nothing else is reachable there",
    example: "openai=default,github=bot",
  },
  "run.socket": {
    type: "path",
    fallback: null,
    doc: "a socket for runs of other users: members of its directory's group may begin runs of run.shared (see docs/separate-user.md)",
    example: "/run/keyward/run.sock",
  },
  scrub: {
    type: "scrub",
    fallback: [],
    doc: "what happens to a credential that an upstream repeats in an answer: mask, block or off, comma separated with PROVIDER= or PROVIDER/CONNECTION= before one for that alone; unset, secrets of 16 characters and more are masked",
    example: "mask,openai=block,github/work=off",
  },
  "secrets.cache_seconds": {
    type: "seconds",
    fallback: 300,
    doc: "how long the value of a secret that is kept elsewhere is used before it is read there again; 0 = for no time",
    example: "60",
    variable: "KEYWARD_SECRETS_CACHE_SECONDS",
  },
  "ui.port": {
    type: "port",
    fallback: 0,
    doc: "port of the login form; 0 = 7999 when it is free, else any free port",
    example: "7999",
    variable: "KEYWARD_UI_PORT",
  },
  "upstream.ca_file": {
    type: "path",
    fallback: null,
    doc: "PEM file with further roots trusted for upstream TLS, beside the system's",
    example: "/etc/ssl/corp-root.pem",
  },
  "upstream.proxy": {
    type: "url",
    fallback: null,
    doc: "parent proxy for everything keyward dials; without it, a run goes through the proxy of its own environment",
    example: "http://proxy.corp.example:3128",
  },
  "upstream.resolve": {
    type: "list",
    fallback: [],
    doc: "addresses dialled for a host instead of asking DNS, as HOST:PORT=ADDRESS:PORT, comma separated; TLS is verified for HOST all the same",
    example: "api.openai.com:443=127.0.0.1:8443",
  },
};

export const SETTING_KEYS = Object.keys(SETTINGS).sort() as SettingKey[];

/** @throws SETTING_UNKNOWN with the list of keys */
export function checkSettingKey(key: string): SettingKey {
  if (Object.hasOwn(SETTINGS, key)) return key as SettingKey;
  // What is no name may be a value that was meant for one.
  const named = /^[a-z_]+(?:\.[a-z_]+)*$/.test(key) && key.length <= 64 ? `no setting is called '${key}'` : "no setting has that name";
  throw new KeywardError("SETTING_UNKNOWN", `${named}; the settings are ${SETTING_KEYS.join(", ")}`, {
    hint: "keyward config list",
  });
}

/** Text from a person → the setting's value. @throws SETTING_VALUE with an example */
export function parseSetting(key: SettingKey, text: string, variable?: VariableName): Settings[SettingKey] {
  const value = parsers[SETTINGS[key].type](text.trim(), key);
  if (value !== undefined) return value;
  // A variable that is wrong stays wrong whatever the file says.
  throw new KeywardError("SETTING_VALUE", `${variable ?? `'${key}'`} takes ${TYPE_WORDS[SETTINGS[key].type]}: ${SETTINGS[key].doc}`, {
    hint: variable === undefined ? `for example: keyward config set ${key} ${SETTINGS[key].example}` : `unset ${variable}`,
  });
}

/** Does a value read from JSON fit the key? */
export function isSettingValue(key: SettingKey, value: unknown): boolean {
  try {
    const text = Array.isArray(value) ? value.join(",") : String(value);
    return value !== null && JSON.stringify(parseSetting(key, text)) === JSON.stringify(value);
  } catch {
    return false;
  }
}

const TYPE_WORDS = {
  path: "an absolute path",
  url: "an http:// or https:// URL",
  list: "a comma-separated list",
  seconds: "a time in seconds or with s, m, h",
  port: "a port from 0 to 65535",
  boolean: "true or false",
  name: "a profile name",
  scrub: "mask, block or off",
  count: "a whole number from 0",
  content: "full, summary or redacted",
} as const;

/** For everything, one provider or one connection of it. */
const SCRUB_ENTRY = /^(?:[a-z0-9][a-z0-9._-]{0,63}(?:\/[a-z0-9][a-z0-9._-]{0,63})?=)?(?:mask|block|off)$/;

type Parser = (text: string, key: SettingKey) => Settings[SettingKey] | undefined;

const parsers: Readonly<Record<SettingSpec["type"], Parser>> = {
  path: (text) => (/^(?:\/|[A-Za-z]:[\\/])./.test(text) && !text.includes("\0") ? text : undefined),
  url: (text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.pathname === "/" ? text : undefined;
  },
  list: (text, key) => {
    const entries = text.split(",").map((entry) => entry.trim());
    const fits = LIST_ENTRIES[key as keyof typeof LIST_ENTRIES] ?? isResolveEntry;
    return entries.every(fits) ? entries : undefined;
  },
  seconds: (text) => {
    const match = /^(\d{1,9})(s|m|h)?$/.exec(text);
    return match === null ? undefined : Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? "s") as "s" | "m" | "h"];
  },
  port: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65535 ? Number(text) : undefined),
  count: (text) => (/^\d{1,12}$/.test(text) ? Number(text) : undefined),
  // 1 and 0 as variables are usually set.
  boolean: (text) => (/^(?:true|false|1|0)$/.test(text) ? text === "true" || text === "1" : undefined),
  content: (text) => CONTENT_MODES.find((mode) => mode === text),
  scrub: (text) => {
    const entries = text.split(",").map((entry) => entry.trim());
    return entries.every((entry) => SCRUB_ENTRY.test(entry)) ? entries : undefined;
  },
  name: (text) => (NAME_PATTERN.test(text) ? text : undefined),
};

const LIST_ENTRIES = { "network.allow": isCidr, "run.shared": isConnectionEntry, "upstream.resolve": isResolveEntry } as const;

function isConnectionEntry(text: string): boolean {
  const [provider = "", name = "", ...more] = text.split("=");
  return PROVIDER_ID_PATTERN.test(provider) && NAME_PATTERN.test(name) && more.length === 0;
}

function isCidr(text: string): boolean {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const version = isIP(match?.[1] ?? "");
  return version !== 0 && Number(match?.[2] ?? 0) <= (version === 4 ? 32 : 128);
}

function isResolveEntry(text: string): boolean {
  const match = /^([^:=]+):(\d{1,5})=(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  return match !== null && canonicalHost(match[1] ?? "") !== null && isIP((match[3] ?? "").replace(/^\[|\]$/g, "")) !== 0;
}
