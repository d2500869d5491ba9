// Commands of the vault and of connections under the names that older tools gave them; registry.ts has them among its aliases.
// In: a name as typed. Out: the command that is meant. Data only.

const VAULT_VERBS = ["list", "get", "rm", "versions", "push", "pull", "put", "check"];
const CONNECTION_VERBS = ["list", "get", "set", "rm", "default"];

export const VAULT_ALIASES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CONNECTION_VERBS.map((verb) => [`connections ${verb}`, `connection ${verb}`])),
  ...Object.fromEntries(VAULT_VERBS.flatMap((verb) => ["secret", "secrets"].map((group) => [`${group} ${verb}`, `vault ${verb}`]))),
  "secret set": "vault put",
  "secrets set": "vault put",
  "vault set": "vault put",
  "vault remove": "vault rm",
  "connection remove": "connection rm",
  "connections remove": "connection rm",
};

/** What tools for accounts, workspaces and tokens called these. */
export const HUB_ALIASES: Readonly<Record<string, string>> = {
  whoami: "auth whoami",
  ci: "doctor",
  "tokens whoami": "auth whoami",
  ...Object.fromEntries(
    ["create", "list", "rotate", "revoke"].flatMap((verb) =>
      ["tokens", "auth tokens"].map((group) => [`${group} ${verb}`, `token ${verb}`]),
    ),
  ),
  ...Object.fromEntries(["list", "use", "create", "members"].map((verb) => [`workspaces ${verb}`, `workspace ${verb}`])),
  "workspaces switch": "workspace use",
  "workspace switch": "workspace use",
  "workspaces delete": "workspace rm",
  "workspace delete": "workspace rm",
  "tenants list": "tenant list",
};

/** Where these are given a daemon is meant to run already: they start none. */
export const NEED_A_DAEMON: readonly string[] = ["secrets set", "secrets list"];

const GROUPS: Readonly<Record<string, string>> = { connections: "connection", secret: "vault", secrets: "vault" };

/** What help is shown for; a name that is none of these stays. */
export function helpName(name: string): string {
  if (Object.hasOwn(VAULT_ALIASES, name)) return VAULT_ALIASES[name] ?? name;
  return Object.hasOwn(GROUPS, name) ? (GROUPS[name] ?? name) : name;
}
