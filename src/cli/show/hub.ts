// How a hub's identity and state are shown. In: what the daemon said. Out: one line, or the object of --json.
import type { HubIdentity, HubState } from "../../control/api/hub.ts";

/** `Logged in as ada@example.com to Acme/main at https://hub.example.com`. */
export function identityLine({ user, tenant, workspace, url, method }: HubIdentity): string {
  const who = method === "token" ? "with an API token" : `as ${user?.email ?? "an unknown person"}`;
  const where = tenant.name === "" ? "" : ` to ${tenant.name}${workspace === null ? "" : `/${workspace.slug}`}`;
  return `Logged in ${who}${where} at ${url}`;
}

export function identityObject(identity: HubIdentity): Record<string, unknown> {
  const { url, method, user, tenant, workspace, scopes, expiresAtMs } = identity;
  return {
    hub: url,
    method: method === "token" ? "stored_token" : "session",
    user_id: user?.id ?? null,
    email: user?.email ?? null,
    tenant_id: tenant.id === "" ? null : tenant.id,
    workspace: workspace === null ? null : { id: workspace.id, slug: workspace.slug, name: workspace.name },
    scopes: [...scopes],
    expires_at: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  };
}

export function syncObject(state: HubState): Record<string, unknown> {
  return {
    logged_in: state.identity !== null,
    workspace_id: state.identity?.workspace?.id ?? null,
    freshness: state.freshness,
    last_contact: state.lastContactMs === null ? null : new Date(state.lastContactMs).toISOString(),
    ended_because: state.endedBecause,
    connections: state.connections.map((each) => ({ ...each })),
  };
}
