// Where the check of a definition goes: one exact host, and the places of the preferred alternative that apply there.
// In: a provider with `verify`, the tenant's host when it has one. Out: the target, or null when there is no such host. Pure.
import { type Authority, parseAuthority } from "../../core/host.ts";
import { matchPlaces } from "../match.ts";
import type { Place, Provider } from "../schema.ts";
import { isTenantHost, tenantOrigin } from "./tenant.ts";

export interface VerifyTarget {
  readonly authority: Authority;
  /** Alternatives in order of preference. */
  readonly places: readonly (readonly Place[])[];
}

/** @param tenantHost the bound host, `host` or `host:port` */
export function verifyTarget(provider: Provider, tenantHost: string | null): VerifyTarget | null {
  const { verify } = provider;
  if (verify === undefined) return null;
  const authority = verify.host === undefined ? firstAuthority(provider, tenantHost) : parseAuthority(verify.host, 443);
  if (authority === null) return null;
  const isOwn = provider.endpoints.some(({ host, port }) => host === authority.host && port === authority.port);
  if (verify.host !== undefined && !isOwn) return null;
  const path = verify.path.split("?", 1)[0] ?? "/";
  const places = matchPlaces(provider, { ...authority, path }) ?? [];
  // What is checked is a key.
  return { authority, places: places.map((all) => all.filter(({ when }) => when !== "oauth")).filter((all) => all.length > 0) };
}

function firstAuthority(provider: Provider, tenantHost: string | null): Authority | null {
  const tenant = tenantHost === null ? null : tenantOrigin(provider, tenantHost);
  if (tenant !== null) return tenant;
  const exact = provider.endpoints.find(({ host }) => !host.startsWith("*") && !isTenantHost(host));
  return exact === undefined ? null : { host: exact.host, port: exact.port };
}
