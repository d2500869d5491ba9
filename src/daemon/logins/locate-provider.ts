// Which server a login is for: the public service, a tenant's host, or one of the user's own (--base-url).
// In: a definition, the host that was given, what the connection was bound to before. Out: the definition as it holds there, and the
// host of {tenant}. A login again stays where the connection is, unless another place is named.
import type { Connection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import { atBase, atOrigins, baseUrlOf, parseBaseUrl } from "../../providers/login/self-hosted.ts";
import { fitsTenant, HOST_FIELD, isTenantHost, needsHost } from "../../providers/login/tenant.ts";
import type { Provider } from "../../providers/schema.ts";

export interface LocatedProvider {
  readonly provider: Provider;
  /** Of {tenant}, as typed or as bound before. */
  readonly host: string | null;
  /** What a hint has to repeat, with a space in front; "" at the public service. */
  readonly flag: string;
}

/** @throws HOST_INVALID */
export function locateProvider(provider: Provider, given: string | null, before: Connection | null): LocatedProvider {
  if (needsHost(provider)) {
    const host = given ?? boundTenant(provider, before);
    return { provider, host, flag: host === null ? "" : ` --host ${shown(host)}` };
  }
  if (given === null) return stay(provider, before);
  if (provider.selfHosted === undefined)
    throw new KeywardError("HOST_INVALID", `${provider.name} has no servers of its users' own`, {
      hint: `keyward provider show ${provider.id}`,
    });
  const base = parseBaseUrl(given);
  if (base === null)
    throw new KeywardError("HOST_INVALID", "a base URL is https, a host and maybe a port, without a path", {
      hint: `keyward login ${provider.id} --base-url ${provider.selfHosted.example}`,
      detail: { provider: provider.id, field: HOST_FIELD },
    });
  const at = atBase(provider, base);
  return { provider: at, host: null, flag: at === provider ? "" : ` --base-url https://${formatAuthority(base)}` };
}

function stay(provider: Provider, before: Connection | null): LocatedProvider {
  const url = before === null ? null : baseUrlOf(provider, before.origins);
  return { provider: atOrigins(provider, before?.origins ?? []), host: null, flag: url === null ? "" : ` --base-url ${url}` };
}

function boundTenant({ endpoints }: Provider, before: Connection | null): string | null {
  const tenants = endpoints.filter(({ host }) => isTenantHost(host));
  const isFixed = ({ host }: { readonly host: string }): boolean => endpoints.some((endpoint) => endpoint.host === host);
  const origin = before?.origins.find((at) => !isFixed(at) && tenants.some((endpoint) => fitsTenant(endpoint, at)));
  return origin === undefined ? null : formatAuthority(origin);
}

/** A value that is no host may be a key in the wrong place: it is not repeated. */
function shown(host: string): string {
  return /^(?:https:\/\/)?[A-Za-z0-9.-]{1,253}(?::\d{1,5})?\/?$/.test(host) && host.includes(".") ? host : "HOST";
}
