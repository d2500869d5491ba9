// Where a shared credential may go: to the origins its connection names, and only as far as the provider's definition knows them too.
// In: a definition and the origins as the hub sent them. Out: origins, or why there are none. A hub, or a member of a team who may add
// connections but not read secrets, can so point no key at a server of their own.
import type { Origin } from "../../../core/connection.ts";
import { parseAuthority, sameAuthority } from "../../../core/host.ts";
import { atOrigins } from "../../../providers/login/self-hosted.ts";
import { fitsTenant, isTenantHost } from "../../../providers/login/tenant.ts";
import type { Provider } from "../../../providers/schema.ts";

export type TakenOrigins = { readonly origins: readonly Origin[] } | { readonly fault: string };

export function takeOrigins(provider: Provider, texts: readonly string[]): TakenOrigins {
  const read = texts.map((text) => parseAuthority(text.replace(/^https:\/\//, ""), 443));
  const origins = read.filter((origin) => origin !== null);
  if (origins.length < texts.length || origins.length === 0) return { fault: "an origin is not one" };
  const there = atOrigins(provider, origins).endpoints;
  const isKnown = (origin: Origin): boolean =>
    there.some((endpoint) => (isTenantHost(endpoint.host) ? fitsTenant(endpoint, origin) : sameAuthority(endpoint, origin)));
  return origins.every(isKnown) ? { origins } : { fault: `an origin is no host of ${provider.id}` };
}
