// Hosts that only the user knows: `{tenant}.atlassian.net`, or `{tenant}` alone for a server of the user's own.
// In: endpoints of a definition, a host that was typed. Out: does it fit, and the one origin to bind. Pure.
// The exact host is kept in the connection's record at login; a pattern with {tenant} never decides where a credential goes.
import { type Authority, parseAuthority } from "../../core/host.ts";
import type { Endpoint, Provider } from "../schema.ts";

/** The pseudo-field under which a login gives the host. No definition may declare a field of this name. */
export const HOST_FIELD = "host";
const TENANT = "{tenant}";
const OWN_PORT = 443;

export function isTenantHost(pattern: string): boolean {
  return pattern.startsWith(TENANT);
}

export function needsHost(provider: Pick<Provider, "endpoints">): boolean {
  return provider.endpoints.some(({ host }) => isTenantHost(host));
}

/** Does the origin fit an endpoint with {tenant}? `{tenant}` alone takes any host and port, `{tenant}.suffix` one label more. */
export function fitsTenant(endpoint: Pick<Endpoint, "host" | "port">, at: Authority): boolean {
  if (endpoint.host === TENANT) return true;
  const suffix = endpoint.host.slice(TENANT.length);
  const label = at.host.slice(0, -suffix.length);
  return endpoint.port === at.port && at.host.endsWith(suffix) && label.length > 0 && !label.includes(".");
}

/** `acme.atlassian.net`, `https://acme.atlassian.net/…` or `git.acme.test:8443` → the origin to bind; null when no endpoint has it. */
export function tenantOrigin(provider: Pick<Provider, "endpoints">, typed: string): Authority | null {
  const [, host = ""] = /^(?:https:\/\/)?([^/?#@\s]+)(?:[/?#]\S*)?$/i.exec(typed.trim()) ?? [];
  const tenants = provider.endpoints.filter((endpoint) => isTenantHost(endpoint.host));
  const port = tenants.find((endpoint) => endpoint.host !== TENANT)?.port ?? OWN_PORT;
  const at = parseAuthority(host, port);
  if (at === null) return null;
  return tenants.some((endpoint) => fitsTenant(endpoint, at)) ? at : null;
}

/** `acme` for `{tenant}.atlassian.net`: what people type when they are asked for their site. */
export function completeTenant(provider: Pick<Provider, "endpoints">, typed: string): string {
  const [endpoint, second] = provider.endpoints.filter(({ host }) => isTenantHost(host) && host !== TENANT);
  const isLabel = /^[a-z0-9][a-z0-9-]*$/i.test(typed.trim());
  return isLabel && endpoint !== undefined && second === undefined ? endpoint.host.replace(TENANT, typed.trim()) : typed;
}
