// Lints endpoints: canonical hosts, no wildcard under which a stranger could get a name, path globs that mean something.
// In: a provider. Out: problems. A wildcard is judged with the private section of the public suffix list, and with a short list
// of domains that hand out names to customers without being in it.
import { createRequire } from "node:module";
import type * as Tldts from "tldts";
import { canonicalHost, hostMatches } from "../../core/host.ts";
import { isPlainPath } from "../../core/shapes/path-glob.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Endpoint, Provider } from "../schema.ts";
import { isTenantHost, needsHost, tenantOrigin } from "../login/tenant.ts";

/** Every customer gets `<name>.` one of these, so a wildcard over it would send a credential to whoever rents a name. */
const TENANT_DOMAINS = [
  "amazonaws.com",
  "api.aws",
  "atlassian.net",
  "auth0.com",
  "azure-api.net",
  "azure.com",
  "azuredatabricks.net",
  "bamboohr.com",
  "cloud.databricks.com",
  "cloudflarestorage.com",
  "digitaloceanspaces.com",
  "documents.azure.com",
  "endpoints.huggingface.cloud",
  "force.com",
  "freshdesk.com",
  "googleusercontent.com",
  "helpscoutdocs.com",
  "huggingface.cloud",
  "my.salesforce.com",
  "okta.com",
  "oktapreview.com",
  "salesforce.com",
  "service-now.com",
  "sharepoint.com",
  "snowflakecomputing.com",
  "windows.net",
  "zendesk.com",
];

/** The public suffix list is 12 MiB in memory, and only wildcards need it: loaded with the first one. */
function getDomain(host: string, options: { readonly allowPrivateDomains?: boolean } = {}): string | null {
  const require = createRequire(import.meta.url);
  return (require("tldts") as typeof Tldts).getDomain(host, options);
}

const S3_BUCKETS = /^\*\.s3\.(?:[a-z]+-[a-z]+-\d\.)?amazonaws\.com$/;

export function hostProblems(provider: Provider): Problem[] {
  const problems = provider.endpoints.flatMap((endpoint, index) => {
    const path: JsonPath = ["endpoints", index];
    return [
      ...(isTenantHost(endpoint.host) ? tenantHostProblems(endpoint.host, [...path, "host"]) : ownHostProblems(provider, endpoint, path)),
      ...globProblems(endpoint.paths, [...path, "paths"]),
      ...repeated(provider.endpoints, index),
      ...widened(provider.endpoints, index),
      ...unused(provider, endpoint, [...path, "host"]),
    ];
  });
  return [...problems, ...questionProblems(provider)];
}

/** Only the host that the user names is bound, so the suffix may be one where everybody has a name, but not a whole top-level domain. */
function tenantHostProblems(pattern: string, path: JsonPath): Problem[] {
  const suffix = pattern.slice("{tenant}.".length);
  if (suffix === "") return [];
  if (canonicalHost(suffix) !== suffix) return [{ path, what: "is not a plain host name after {tenant}" }];
  return getDomain(suffix) === null
    ? [{ path, what: `{tenant}.${suffix} is any host there; write {tenant} alone for a server of the user's own` }]
    : [];
}

function questionProblems(provider: Provider): Problem[] {
  const { tenant } = provider;
  if (!needsHost(provider))
    return tenant === undefined ? [] : [{ path: ["tenant"], what: "asks for a host, but no endpoint has {tenant}" }];
  if (tenant === undefined) return [{ path: ["tenant"], what: "is missing: an endpoint with {tenant} needs to know how to ask for it" }];
  return tenantOrigin(provider, tenant.example) === null
    ? [{ path: ["tenant", "example"], what: "does not fit any endpoint with {tenant}" }]
    : [];
}

/** Buckets are anybody's, but S3 itself answers for them all, and a signature is worth nothing to another host. */
function ownHostProblems(provider: Provider, { host }: Endpoint, path: JsonPath): Problem[] {
  const isSigned = provider.inject.flat().every((place) => place.in === "sigv4");
  return isSigned && S3_BUCKETS.test(host) ? [] : patternProblems(host, [...path, "host"]);
}

/** A host pattern by itself; places may name hosts too. */
export function patternProblems(pattern: string, path: JsonPath): Problem[] {
  const suffix = suffixOf(pattern);
  if (canonicalHost(suffix) !== suffix)
    return [{ path, what: "is not a plain host name (lower case, no trailing dot, no short IP address)" }];
  if (suffix === pattern || !isOpenSuffix(suffix)) return [];
  return [{ path, what: `a wildcard over ${suffix} would cover hosts that anybody can register; name the exact host` }];
}

function suffixOf(pattern: string): string {
  return pattern.replace(/^\*{1,2}\./, "");
}

/** Can strangers get names under it? Also true for the parent of such a suffix. */
function isOpenSuffix(suffix: string): boolean {
  if (getDomain(suffix, { allowPrivateDomains: true }) === null) return true;
  return TENANT_DOMAINS.some((domain) => domain === suffix || domain.endsWith(`.${suffix}`) || suffix.endsWith(`.${domain}`));
}

/** Is every host of `pattern` also one of `wider`? */
export function coversPattern(wider: string, pattern: string): boolean {
  if (wider === pattern) return true;
  if (!pattern.startsWith("*")) return hostMatches(wider, pattern);
  const suffix = suffixOf(pattern);
  return wider.startsWith("**.") && (suffixOf(wider) === suffix || hostMatches(wider, suffix));
}

function repeated(endpoints: readonly Endpoint[], index: number): Problem[] {
  const own = endpoints[index];
  const first = endpoints.findIndex((other) => other.host === own?.host && other.port === own.port);
  return first === index
    ? []
    : [{ path: ["endpoints", index, "host"], what: `is already endpoints[${first}]; put the paths together there` }];
}

/** A limit on paths is worth nothing when a wildcard without that limit covers the same host. */
function widened(endpoints: readonly Endpoint[], index: number): Problem[] {
  const own = endpoints[index];
  if (own?.paths === undefined) return [];
  const wider = endpoints.findIndex(
    (other, at) => at !== index && other.port === own.port && other.paths === undefined && coversPattern(other.host, own.host),
  );
  return wider < 0 ? [] : [{ path: ["endpoints", index, "paths"], what: `mean nothing: endpoints[${wider}] covers the host without them` }];
}

function unused(provider: Provider, endpoint: Endpoint, path: JsonPath): Problem[] {
  const hasPlace = provider.inject
    .flat()
    .some(
      (place) =>
        place.hosts === undefined || place.hosts.some((host) => coversPattern(endpoint.host, host) || coversPattern(host, endpoint.host)),
    );
  return hasPlace ? [] : [{ path, what: "no place of 'inject' is for this host" }];
}

/** Plain apart from its stars; `**` only as a whole segment. */
export function globProblems(globs: readonly string[] | undefined, path: JsonPath): Problem[] {
  return (globs ?? []).flatMap((glob, index) => {
    const at = [...path, index];
    if (/[^\x21-\x7e]|[?{}[\]]/.test(glob)) return [{ path: at, what: "a path glob knows only '*' and '**', and no query or spaces" }];
    if (!isPlainPath(glob)) return [{ path: at, what: "has dot segments, '//', '%2f', ';' or '#', which never match" }];
    if (/[^/]\*\*|\*\*[^/]/.test(glob)) return [{ path: at, what: "'**' must be a whole segment, as in '/api/**'" }];
    return [];
  });
}
