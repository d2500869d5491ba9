// What a caller may do: scopes a token carries, roles a person has, and which scopes each role is worth. As data, so that the answer can be explained.
// In: a role and scopes. Out: yes or no, with the reason.

export const SCOPES = {
  "connections:read": "see connections and provider definitions",
  "connections:write": "add, change and remove connections and provider definitions",
  "secrets:read": "see the names of secrets",
  "secrets:write": "add, change and remove secrets",
  "secrets:access": "read the value of a secret",
  "sync:pull": "fetch what a daemon needs, secrets sealed to it",
  "ingest:write": "upload the audit of runs",
  "audit:read": "read the hub's audit",
  "tokens:admin": "create and revoke API tokens",
  "members:admin": "add and remove members, create workspaces",
  admin: "everything in the workspace",
} as const;

export type HubScope = keyof typeof SCOPES;

/** `cli`, what a login asks for unless told: enough for a daemon, nothing that administers. */
export const SCOPE_SETS: Readonly<Record<string, readonly HubScope[]>> = {
  cli: ["connections:read", "connections:write", "secrets:read", "secrets:write", "secrets:access", "sync:pull", "ingest:write"],
};

export type Role = "owner" | "admin" | "member" | "viewer";

const VIEWER: readonly HubScope[] = ["connections:read", "secrets:read"];
const MEMBER: readonly HubScope[] = [...VIEWER, "connections:write", "secrets:write", "secrets:access", "sync:pull", "ingest:write"];
const ADMIN = Object.keys(SCOPES) as readonly HubScope[];

export const ROLE_SCOPES: Readonly<Record<Role, readonly HubScope[]>> = { viewer: VIEWER, member: MEMBER, admin: ADMIN, owner: ADMIN };

export function isScope(text: string): text is HubScope {
  return Object.hasOwn(SCOPES, text);
}

/** Scope names and set names → scopes, each once, in the order given. Null: one of them does not exist. */
export function expandScopes(names: readonly string[]): readonly HubScope[] | null {
  const found = new Set<HubScope>();
  for (const name of names) {
    const set = Object.hasOwn(SCOPE_SETS, name) ? SCOPE_SETS[name] : undefined;
    if (set === undefined && !isScope(name)) return null;
    for (const scope of set ?? [name as HubScope]) found.add(scope);
  }
  return [...found];
}

/** Role ∩ scopes: what is left of `wanted`. `admin` in a token stands for all the role has. */
export function effectiveScopes(role: Role, scopes: readonly HubScope[]): readonly HubScope[] {
  const ofRole = ROLE_SCOPES[role];
  return scopes.includes("admin") && ofRole.includes("admin") ? ofRole : ofRole.filter((scope) => scopes.includes(scope));
}
