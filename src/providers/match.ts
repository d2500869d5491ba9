// Which places of a definition apply to a request: by host label, port and path. The proxy's match step and the examples ask it.
// In: a provider and a canonical host, port and path. Out: alternatives of places, or null when no endpoint owns it. Pure.
// A limit on paths never matches a path that servers could read in two ways (see core/shapes/path-glob.ts).
import { hostMatches } from "../core/host.ts";
import { globMatches, isPlainPath } from "../core/shapes/path-glob.ts";
import type { Endpoint, PathPlace, Place, Provider } from "./schema.ts";
import { fitsTenant, isTenantHost } from "./login/tenant.ts";

export interface RequestTarget {
  /** Canonical, see core/host.ts. */
  readonly host: string;
  readonly port: number;
  /** Without query, as sent. */
  readonly path: string;
}

/** The alternatives in order of preference, each with the places that apply here; those without any are left out. */
export function matchPlaces(provider: Provider, at: RequestTarget): readonly (readonly Place[])[] | null {
  if (!provider.endpoints.some((endpoint) => ownsOrigin(endpoint, at) && pathFits(endpoint.paths, at.path))) return null;
  return provider.inject.map((places) => places.filter((place) => placeApplies(place, at))).filter((places) => places.length > 0);
}

/** Does the provider own host and port, whatever the path? Asked before a path is known. */
export function ownsAuthority(provider: Provider, at: Omit<RequestTarget, "path">): boolean {
  return provider.endpoints.some((endpoint) => ownsOrigin(endpoint, at));
}

function ownsOrigin(endpoint: Endpoint, at: Omit<RequestTarget, "path">): boolean {
  // Any tenant's host fits here; which of them is the user's own, the connection's record says (proxy/steps/route.ts).
  if (isTenantHost(endpoint.host)) return fitsTenant(endpoint, at);
  return endpoint.port === at.port && hostMatches(endpoint.host, at.host);
}

function placeApplies(place: Place, at: RequestTarget): boolean {
  const isHost = place.hosts === undefined || place.hosts.some((host) => hostMatches(host, at.host));
  return isHost && pathFits(place.paths, at.path) && (place.in !== "path" || pathFits([pathGlob(place)], at.path));
}

/** The paths that have the segment: the template with `*` for each field. */
export function pathGlob(place: PathPlace): string {
  return place.template.replace(/\{[a-z0-9_]+\}/g, "*");
}

function pathFits(globs: readonly string[] | undefined, path: string): boolean {
  if (globs === undefined) return true;
  return isPlainPath(path) && globs.some((glob) => globMatches(glob, path));
}
