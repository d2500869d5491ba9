// Every command by name, as a loader: a command's module is read when it is run or explained, never before.
// In: nothing. Out: names and loaders. The order is the order of help.
import { VAULT_ALIASES } from "./aliases.ts";
import type { Command } from "./define.ts";

export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  login: async () => (await import("./commands/login.ts")).login,
  list: async () => (await import("./commands/list.ts")).list,
  run: async () => (await import("./commands/run.ts")).run,
  explain: async () => (await import("./commands/explain.ts")).explain,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
  get: async () => (await import("./commands/get.ts")).get,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  logout: async () => (await import("./commands/logout.ts")).logout,
  remove: async () => (await import("./commands/remove.ts")).remove,
  revoke: async () => (await import("./commands/revoke.ts")).revoke,
  "connection list": async () => (await import("./commands/connection/list.ts")).connectionList,
  "connection set": async () => (await import("./commands/connection/set.ts")).connectionSet,
  "connection get": async () => (await import("./commands/connection/get.ts")).connectionGet,
  "connection rm": async () => (await import("./commands/connection/rm.ts")).connectionRm,
  "connection default": async () => (await import("./commands/connection/default.ts")).connectionDefault,
  "creds check": async () => (await import("./commands/creds/check.ts")).credsCheck,
  "creds list": async () => (await import("./commands/creds/list.ts")).credsList,
  "creds set": async () => (await import("./commands/creds/set.ts")).credsSet,
  "creds guide": async () => (await import("./commands/creds/guide.ts")).credsGuide,
  "creds discover": async () => (await import("./commands/creds/discover.ts")).credsDiscover,
  "creds import": async () => (await import("./commands/creds/import.ts")).credsImport,
  "vault put": async () => (await import("./commands/vault/put.ts")).vaultPut,
  "vault list": async () => (await import("./commands/vault/list.ts")).vaultList,
  "vault get": async () => (await import("./commands/vault/get.ts")).vaultGet,
  "vault rm": async () => (await import("./commands/vault/rm.ts")).vaultRm,
  "vault versions": async () => (await import("./commands/vault/versions.ts")).vaultVersions,
  "vault push": async () => (await import("./commands/vault/push.ts")).vaultPush,
  "vault pull": async () => (await import("./commands/vault/pull.ts")).vaultPull,
  "vault check": async () => (await import("./commands/vault/check.ts")).vaultCheck,
  "runs list": async () => (await import("./commands/runs/list.ts")).runsList,
  "runs end": async () => (await import("./commands/runs/end.ts")).runsEnd,
  "provider list": async () => (await import("./commands/provider/list.ts")).providerList,
  "provider show": async () => (await import("./commands/provider/show.ts")).providerShow,
  "provider new": async () => (await import("./commands/provider/new.ts")).providerNew,
  "provider add": async () => (await import("./commands/provider/add.ts")).providerAdd,
  "provider remove": async () => (await import("./commands/provider/remove.ts")).providerRemove,
  "provider validate": async () => (await import("./commands/provider/validate.ts")).providerValidate,
  "provider test": async () => (await import("./commands/provider/test.ts")).providerTest,
  "profile list": async () => (await import("./commands/profile/list.ts")).profileList,
  "profile create": async () => (await import("./commands/profile/create.ts")).profileCreate,
  "profile use": async () => (await import("./commands/profile/use.ts")).profileUse,
  "profile unlock": async () => (await import("./commands/profile/unlock.ts")).profileUnlock,
  "profile lock": async () => (await import("./commands/profile/lock.ts")).profileLock,
  "profile rekey": async () => (await import("./commands/profile/rekey.ts")).profileRekey,
  "profile backup": async () => (await import("./commands/profile/backup.ts")).profileBackup,
  "profile restore": async () => (await import("./commands/profile/restore.ts")).profileRestore,
  "profile delete": async () => (await import("./commands/profile/delete.ts")).profileDelete,
  "config list": async () => (await import("./commands/config/list.ts")).configList,
  "config get": async () => (await import("./commands/config/get.ts")).configGet,
  "config set": async () => (await import("./commands/config/set.ts")).configSet,
  "config unset": async () => (await import("./commands/config/unset.ts")).configUnset,
  "audit list": async () => (await import("./commands/audit/list.ts")).auditList,
  "audit show": async () => (await import("./commands/audit/show.ts")).auditShow,
  "audit tail": async () => (await import("./commands/audit/tail.ts")).auditTail,
  "audit export": async () => (await import("./commands/audit/export.ts")).auditExport,
  "audit verify": async () => (await import("./commands/audit/verify.ts")).auditVerify,
  "ca show": async () => (await import("./commands/ca/show.ts")).caShow,
  "ca export": async () => (await import("./commands/ca/export.ts")).caExport,
  "daemon status": async () => (await import("./commands/daemon/status.ts")).daemonStatus,
  "daemon start": async () => (await import("./commands/daemon/start.ts")).daemonStart,
  "daemon stop": async () => (await import("./commands/daemon/stop.ts")).daemonStop,
  "daemon restart": async () => (await import("./commands/daemon/restart.ts")).daemonRestart,
  "daemon logs": async () => (await import("./commands/daemon/logs.ts")).daemonLogs,
  sync: async () => (await import("./commands/sync.ts")).sync,
  "auth login": async () => (await import("./commands/auth/login.ts")).authLogin,
  "auth status": async () => (await import("./commands/auth/status.ts")).authStatus,
  "auth whoami": async () => (await import("./commands/auth/whoami.ts")).authWhoami,
  "auth logout": async () => (await import("./commands/auth/logout.ts")).authLogout,
  "workspace list": async () => (await import("./commands/workspace/list.ts")).workspaceList,
  "workspace use": async () => (await import("./commands/workspace/use.ts")).workspaceUse,
  "workspace create": async () => (await import("./commands/workspace/create.ts")).workspaceCreate,
  "workspace rm": async () => (await import("./commands/workspace/rm.ts")).workspaceRm,
  "workspace members": async () => (await import("./commands/workspace/members.ts")).workspaceMembers,
  "tenant list": async () => (await import("./commands/tenant/list.ts")).tenantList,
  "tenant use": async () => (await import("./commands/tenant/use.ts")).tenantUse,
  "token create": async () => (await import("./commands/token/create.ts")).tokenCreate,
  "token list": async () => (await import("./commands/token/list.ts")).tokenList,
  "token rotate": async () => (await import("./commands/token/rotate.ts")).tokenRotate,
  "token revoke": async () => (await import("./commands/token/revoke.ts")).tokenRevoke,
  "token inspect": async () => (await import("./commands/token/inspect.ts")).tokenInspect,
  "hub init": async () => (await import("./commands/hub/init.ts")).hubInit,
  "hub serve": async () => (await import("./commands/hub/serve.ts")).hubServe,
  "hub rotate-key": async () => (await import("./commands/hub/rotate-key.ts")).hubRotateKey,
  "hub migrate-db": async () => (await import("./commands/hub/migrate-db.ts")).hubMigrateDb,
};

/**
 * Names that other tools have for the same: old words → command. They work as the command does, with a hint on stderr that names it,
 * and stand in no help.
 */
export const ALIASES: Readonly<Record<string, string>> = {
  "auth extract": "creds discover",
  ...VAULT_ALIASES,
};

/** What each group of commands is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  connection: "several keys of one provider, and connections that refer to secrets",
  vault: "named secrets with versions, kept here or elsewhere",
  creds: "which keys are needed, there and missing; take over keys from files",
  runs: "look at and end live runs",
  provider: "services keyward knows, and your own",
  profile: "separate encrypted stores",
  config: "settings",
  audit: "what was done with the keys",
  ca: "the certificate authority of this machine's runs",
  daemon: "the background process",
  auth: "your login at a hub",
  workspace: "a team's projects at a hub",
  tenant: "organisations at a hub",
  token: "tokens for machines at a hub",
  hub: "a server with which a team shares connections",
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

export async function loadCommand(name: string): Promise<Command> {
  const load = COMMANDS[name];
  if (load === undefined) throw new Error("no command has this name");
  return load();
}
