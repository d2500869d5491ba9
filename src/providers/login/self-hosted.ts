// A definition as it holds on a server of the user's own: every host replaced by its counterpart below one base, nothing public left.
// In: a definition with `selfHosted`, a base URL or the origins a connection was bound to. Out: a definition for that server. Pure.
// What has no counterpart is dropped, addresses of OAuth included: a login there must never speak with the public service.
import type { Origin } from "../../core/connection.ts";
import { type Authority, formatAuthority, parseAuthority, sameAuthority } from "../../core/host.ts";
import type { Capture } from "../oauth/capture-schema.ts";
import type { ComputedSection } from "../oauth/computed-schema.ts";
import type { OAuthSection } from "../oauth/oauth-schema.ts";
import type { Endpoint, Place, Provider } from "../schema.ts";
import type { SelfHosted } from "./self-hosted-schema.ts";

const BASE = "{base}";
const OWN_PORT = 443;

/** `https://gitlab.acme.com`, with or without a port and a last slash; null for http, a path, a user name and what is no plain host. */
export function parseBaseUrl(text: string): Authority | null {
  const [, authority = ""] = /^(?:https:\/\/)?([^/?#@\s\\]+)\/?$/i.exec(text.trim()) ?? [];
  return parseAuthority(authority, OWN_PORT);
}

/** The public service itself is no server of the user's own: then the definition stays as it is. */
export function atBase(provider: Provider, base: Authority): Provider {
  const { selfHosted } = provider;
  if (selfHosted === undefined || isPublic(provider, base)) return provider;
  const { selfHosted: _turned, oauth, computed = [], capture = [], verify, keysUrl, ...rest } = provider;
  const move = (host: string): MovedHost | null => moveHost(selfHosted, host, base);
  const verifyHost = verify?.host === undefined ? undefined : move(verify.host)?.at.host;
  return {
    ...rest,
    endpoints: movedEndpoints(provider.endpoints, move, base),
    inject: provider.inject.map((places) => places.flatMap((place) => movePlace(place, move))).filter((places) => places.length > 0),
    ...(oauth === undefined ? {} : moveOAuth(oauth, move)),
    ...moveComputed(computed, base),
    ...moveCapture(capture, move),
    ...(verify === undefined || (verify.host !== undefined && verifyHost === undefined)
      ? {}
      : { verify: { ...verify, path: selfHosted.verifyPath ?? verify.path, ...(verifyHost === undefined ? {} : { host: verifyHost }) } }),
    ...(keysUrl === undefined ? {} : { keysUrl: moveUrl(keysUrl, move) ?? undefined }),
  };
}

/** As a stored connection has it: the first of its origins is the base, unless it is one of the public ones. */
export function atOrigins(provider: Provider, origins: readonly Origin[]): Provider {
  const [base] = origins;
  return base === undefined || provider.selfHosted === undefined ? provider : atBase(provider, base);
}

/** The base URL of a connection that was made with one; null = it is at the public service. */
export function baseUrlOf(provider: Provider, origins: readonly Origin[]): string | null {
  const [base] = origins;
  if (base === undefined || provider.selfHosted === undefined || isPublic(provider, base)) return null;
  return `https://${formatAuthority(base)}`;
}

interface MovedHost {
  readonly at: Authority;
  readonly paths: readonly string[] | undefined;
}

type Move = (host: string) => MovedHost | null;

function isPublic({ endpoints }: Provider, base: Authority): boolean {
  return endpoints.some((endpoint) => sameAuthority(endpoint, base));
}

function moveHost({ hosts }: SelfHosted, host: string, base: Authority): MovedHost | null {
  const own = hosts.find(({ from }) => from === host);
  return own === undefined ? null : { at: { host: own.to.replace(BASE, base.host), port: base.port }, paths: own.paths };
}

/** Several public hosts may be one there: their paths come together, and one without a limit lifts it. The base goes first. */
function movedEndpoints(endpoints: readonly Endpoint[], move: Move, base: Authority): Endpoint[] {
  const moved = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    const to = move(endpoint.host);
    if (to === null) continue;
    const key = formatAuthority(to.at);
    const paths = to.paths === undefined ? endpoint.paths : [...to.paths];
    const known = moved.get(key);
    const all = known !== undefined && known.paths === undefined ? undefined : paths && [...(known?.paths ?? []), ...paths];
    moved.set(key, { ...to.at, ...(all === undefined ? {} : { paths: [...new Set(all)] }) });
  }
  return [...moved.values()].sort((a, b) => Number(sameAuthority(b, base)) - Number(sameAuthority(a, base)));
}

/** A place for named hosts becomes one a counterpart, each with the paths of that counterpart. */
function movePlace(place: Place, move: Move): Place[] {
  if (place.hosts === undefined) return [place];
  const targets = place.hosts.map(move).filter((to) => to !== null);
  const seen = new Map<string, Place>();
  for (const { at, paths } of targets) {
    const limit = place.paths ?? (paths === undefined ? undefined : [...paths]);
    const key = `${at.host} ${String(limit)}`;
    seen.set(key, { ...place, hosts: [at.host], ...(limit === undefined ? {} : { paths: limit }) });
  }
  return [...seen.values()];
}

function moveUrl(text: string, move: Move): string | null {
  const url = new URL(text);
  const to = move(url.hostname);
  return to === null ? null : `https://${formatAuthority(to.at)}${text.slice(text.indexOf(url.host) + url.host.length)}`;
}

function moveOAuth(oauth: OAuthSection, move: Move): { oauth?: OAuthSection } {
  const moved = (text: string | undefined): string | undefined => (text === undefined ? undefined : (moveUrl(text, move) ?? undefined));
  const {
    issuer,
    authorizationUrl,
    tokenUrl,
    deviceAuthorizationUrl,
    revocationUrl,
    registrationUrl,
    clientsUrl,
    resource,
    dialect,
    ...rest
  } = oauth;
  if (moved(tokenUrl ?? issuer ?? resource) === undefined) return {};
  return {
    oauth: {
      ...rest,
      endpointHosts: rest.endpointHosts.flatMap((host) => move(host)?.at.host ?? []),
      issuer: moved(issuer),
      authorizationUrl: moved(authorizationUrl),
      tokenUrl: moved(tokenUrl),
      deviceAuthorizationUrl: moved(deviceAuthorizationUrl),
      revocationUrl: moved(revocationUrl),
      registrationUrl: moved(registrationUrl),
      clientsUrl: moved(clientsUrl),
      resource: moved(resource),
      dialect: dialect === undefined ? undefined : { ...dialect, refreshUrl: moved(dialect.refreshUrl) },
    },
  };
}

function moveCapture(capture: readonly Capture[], move: Move): { capture?: Capture[] } {
  const moved = capture.flatMap((entry) => {
    const to = move(entry.host);
    return to === null ? [] : [{ ...entry, ...to.at }];
  });
  return moved.length === 0 ? {} : { capture: moved };
}

/** Their paths differ from the public service's more than their hosts do, so each names its own address. */
function moveComputed(computed: readonly ComputedSection[], base: Authority): { computed?: ComputedSection[] } {
  const moved = computed.flatMap(({ selfHostedUrl, pageUrl: _public, ...section }) =>
    selfHostedUrl === undefined ? [] : [{ ...section, tokenUrl: selfHostedUrl.replace(BASE, formatAuthority(base)) }],
  );
  return moved.length === 0 ? {} : { computed: moved };
}
