// One verb of the hub's process: what is asked, done, and answered.
// In: a verb and options as JSON. Out: a line on descriptor 3 and an exit status. `serve` answers when it listens and ends on SIGTERM or SIGINT.
import { writeSync } from "node:fs";
import { pino } from "pino";
import { readVariable, type VariableName } from "../config/environment.ts";
import { systemClock } from "../core/clock.ts";
import { KeywardError, toKeywardError } from "../core/errors.ts";
import { randomText } from "../core/ids.ts";
import { checkHubUrl, type HubOptions, keyFileIn } from "./hub-options.ts";
import type { HubLog } from "./hub-parts.ts";
import { initHub } from "./init-hub.ts";
import { openHub } from "./open-hub.ts";
import { serveHub } from "./serve-hub.ts";
import { cleanUp } from "./upkeep/janitor.ts";
import { moveDatabase } from "./upkeep/move-database.ts";
import { rewrapKeys } from "./upkeep/rewrap-keys.ts";
import { readUpstream } from "./upstream/read-upstream.ts";

/** What the command line passes on. Nothing in it is secret: arguments can be seen by everyone on the machine. */
export interface HubFlags {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly trustedProxies?: readonly string[];
  readonly isInsecureAllowed?: boolean;
  /** How long a hub that was told to end goes on taking connections, so that what sends them reads /readyz first. */
  readonly lingerMs?: number;
  /** Older runs and audit events go; for ever unless given. */
  readonly keepRunsDays?: number;
  readonly keepAuditDays?: number;
  readonly tenantName?: string;
  readonly isDryRun?: boolean;
}

const ANSWER_FD = 3;
const CLEAN_EVERY_MS = 10 * 60_000;

export async function runHubVerb(verb: string, json: string): Promise<void> {
  try {
    const flags = JSON.parse(json) as HubFlags;
    const act = VERBS[verb];
    if (act === undefined) throw new KeywardError("USAGE", "the hub's process knows no such verb");
    await act(flags);
  } catch (error) {
    const known = toKeywardError(error);
    answer({ error: known.toBody() });
    process.exitCode = known.exitCode;
  }
}

function answer(line: object): void {
  writeSync(ANSWER_FD, `${JSON.stringify(line)}\n`);
}

function readOptions(flags: HubFlags): HubOptions {
  const read = (name: VariableName): string | undefined => readVariable(name);
  const source = {
    ...optional("value", read("KEYWARD_HUB_KEY")),
    ...optional("file", read("KEYWARD_HUB_KEY_FILE")),
    ...optional("command", read("KEYWARD_HUB_KEY_COMMAND")),
  };
  return {
    dataDir: flags.dataDir,
    databaseUrl: read("KEYWARD_HUB_DATABASE"),
    ownerUrl: read("KEYWARD_HUB_OWNER_DATABASE"),
    rootKey: Object.keys(source).length === 0 ? { file: keyFileIn(flags.dataDir) } : source,
    host: flags.host,
    port: flags.port,
    tls: flags.tlsCert === undefined || flags.tlsKey === undefined ? null : { certFile: flags.tlsCert, keyFile: flags.tlsKey },
    publicUrl: flags.publicUrl,
    trustedProxies: flags.trustedProxies ?? [],
    isInsecureAllowed: flags.isInsecureAllowed === true,
    upstream: readUpstream(flags, { value: read("KEYWARD_HUB_OIDC_SECRET"), file: read("KEYWARD_HUB_OIDC_SECRET_FILE") }),
  };
}

function optional<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, string>);
}

function openLog(): HubLog {
  const log = pino({ base: null, messageKey: "event" }, pino.destination({ fd: 2, sync: true }));
  return { info: (event, fields = {}) => log.info(fields, event), error: (event, fields = {}) => log.error(fields, event) };
}

const VERBS: Readonly<Record<string, (flags: HubFlags) => Promise<void>>> = {
  init: async (flags) => {
    const more = flags.tenantName === undefined ? {} : { tenantName: flags.tenantName };
    const publicUrl = flags.publicUrl === undefined ? null : checkHubUrl(flags.publicUrl, true);
    answer({ result: { ...(await initHub({ options: readOptions(flags), log: openLog(), ...more })), publicUrl } });
  },
  serve: async (flags) => {
    const log = openLog();
    const hub = await serveHub({ options: readOptions(flags), log });
    const cleaning = {
      owner: randomText(16),
      keeping: { runsDays: flags.keepRunsDays ?? null, auditDays: flags.keepAuditDays ?? null },
    };
    const clean = (): Promise<unknown> =>
      cleanUp(hub.parts, cleaning).catch((error: unknown) => log.error("not cleaned up", { code: toKeywardError(error).code }));
    const timer = setInterval(() => void clean(), CLEAN_EVERY_MS);
    answer({ result: { url: hub.url, publicUrl: hub.parts.publicUrl } });
    const ending = await new Promise<NodeJS.Signals>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
    });
    clearInterval(timer);
    // Who presses Ctrl-C waits for nobody's health check.
    await hub.stop(ending === "SIGINT" ? 0 : (flags.lingerMs ?? 0));
  },
  "rotate-key": async (flags) => {
    const hub = await openHub({ options: readOptions(flags), clock: systemClock, log: openLog(), mayCreate: false });
    try {
      answer({ result: { rewrapped: await rewrapKeys(hub), rootKeyId: hub.roots[0].id } });
    } finally {
      await hub.storage.close();
    }
  },
  "migrate-db": async (flags) => {
    const toUrl = readVariable("KEYWARD_HUB_OWNER_DATABASE");
    if (toUrl === undefined)
      throw new KeywardError("USAGE", "the new database is not named", { hint: "keyward hub migrate-db --to postgres://…" });
    const tables = await moveDatabase({ options: readOptions(flags), toUrl, isDryRun: flags.isDryRun === true, clock: systemClock });
    answer({ result: { tables } });
  },
};
