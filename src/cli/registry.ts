// Every command by name, as a loader: a command's module is read when it is run or explained, never before.
// In: nothing. Out: names and loaders. The order is the order of help.
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
  "connection default": async () => (await import("./commands/connection/default.ts")).connectionDefault,
  "creds import": async () => (await import("./commands/creds/import.ts")).credsImport,
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
  "hub init": async () => (await import("./commands/hub/init.ts")).hubInit,
  "hub serve": async () => (await import("./commands/hub/serve.ts")).hubServe,
  "hub rotate-key": async () => (await import("./commands/hub/rotate-key.ts")).hubRotateKey,
  "hub migrate-db": async () => (await import("./commands/hub/migrate-db.ts")).hubMigrateDb,
};

/** What each group of commands is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  connection: "choose among several keys of one provider",
  creds: "take over keys from files",
  runs: "look at and end live runs",
  provider: "services keyward knows, and your own",
  profile: "separate encrypted stores",
  config: "settings",
  audit: "what was done with the keys",
  ca: "the certificate authority of this machine's runs",
  daemon: "the background process",
  hub: "a server with which a team shares connections",
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

export async function loadCommand(name: string): Promise<Command> {
  const load = COMMANDS[name];
  if (load === undefined) throw new Error("no command has this name");
  return load();
}
