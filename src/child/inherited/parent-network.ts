// The way out as the environment of `keyward run` describes it: a parent proxy, the hosts that need none, and private roots.
// In: the inherited environment. Out: what goes along with run.start, and a line for stderr about each thing that cannot be used.
// A proxy URL may hold a password: it goes to the daemon and into no message.
import { delimiter, resolve } from "node:path";
import type { RunNetworkParams } from "../../control/protocol.ts";

export interface ParentNetwork extends Omit<RunNetworkParams, "asker"> {
  readonly notices: readonly string[];
}

/** In curl's order: lower case first, the scheme's own before the general one. */
const PROXY_VARIABLES = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] as const;
/** Whose files hold what a company adds to the public roots. */
const CA_VARIABLES = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "AWS_CA_BUNDLE"];
/** As many as a message takes; nobody has more. */
const MAX_CA_FILES = 16;
const RUN_URL = /^http:\/\/(run_\w+):\w+@127\.0\.0\.1:\d+\/?$/;
const MAX_ENTRIES = 1_000;
const MAX_ENTRY_CHARS = 256;

/** @param upstreamProxy the setting upstream.proxy, which goes before the environment */
export function readParentNetwork(
  inherited: Readonly<Record<string, string | undefined>>,
  upstreamProxy: string | null = null,
): ParentNetwork {
  const runs = [...PROXY_VARIABLES, "http_proxy", "HTTP_PROXY"].map((name) => RUN_URL.exec(inherited[name] ?? "")?.[1]);
  const within = runs.find((runId) => runId !== undefined) ?? null;
  // Inside a run proxy and bundle are keyward's own: to chain them would lead in a circle, to trust them would be no check at all.
  if (within !== null) return { within, proxy: null, caFiles: [], notices: [] };
  const named = [...CA_VARIABLES.map((name) => inherited[name] ?? ""), ...(inherited["SSL_CERT_DIR"] ?? "").split(delimiter)];
  const caFiles = [...new Set(named.filter((path) => path !== "").map((path) => resolve(path)))].slice(0, MAX_CA_FILES);
  const base = { within: null, proxy: null, caFiles, notices: [] };
  const source = PROXY_VARIABLES.find((name) => (inherited[name] ?? "") !== "");
  if (source === undefined || upstreamProxy !== null) return base;
  const found = parseProxy(inherited[source] ?? "");
  if (typeof found !== "string") return { ...base, notices: [`${source} ${found.problem}; keyward goes out directly for this run`] };
  return { ...base, proxy: { url: found, source, noProxy: readEntries(inherited) } };
}

/** `proxy.example:3128` means http, as everywhere. */
function parseProxy(text: string): string | { readonly problem: string } {
  const written = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || url.hostname === "" || text.length > 8_000) return { problem: "is not the address of a proxy" };
  if (url.protocol.startsWith("socks"))
    return { problem: "names a SOCKS proxy, which keyward cannot use (HTTPS_PROXY can name an http one)" };
  if (url.protocol !== "http:" && url.protocol !== "https:") return { problem: "is not an http:// or https:// proxy" };
  url.pathname = "/";
  url.search = "";
  url.hash = "";
  return url.href;
}

function readEntries(inherited: Readonly<Record<string, string | undefined>>): string[] {
  const entries = [inherited["NO_PROXY"], inherited["no_proxy"]].flatMap((value) => (value ?? "").split(/[\s,]+/));
  return [...new Set(entries)].filter((entry) => entry !== "" && entry.length <= MAX_ENTRY_CHARS).slice(0, MAX_ENTRIES);
}

/** `http://proxy.example:3128`, without credentials, for people to read. */
export function describeProxy(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
