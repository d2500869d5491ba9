// The options that the hub's commands share, and what becomes of them.
// In: options by name. Out: flags for the hub's process, and the variables that carry a database's password past the argument list.
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { OptionSpec } from "../define.ts";
import { KeywardError } from "../../core/errors.ts";

export interface HubArgs {
  readonly data?: string;
  readonly database?: string;
  readonly ownerDatabase?: string;
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly url?: string;
  readonly trustedProxy?: readonly string[];
  readonly insecureHttp?: boolean;
  readonly linger?: string;
  readonly keepRunsDays?: string;
  readonly keepAuditDays?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
}

export const DATA_OPTION: OptionSpec = {
  flags: "--data <directory>",
  summary: "where the hub keeps its database and key (default: hub in keyward's home)",
};
export const DATABASE_OPTION: OptionSpec = {
  flags: "--database <url>",
  summary: "postgres://… instead of SQLite; better given as KEYWARD_HUB_DATABASE, which process lists do not show",
};

/** `127.0.0.1:8787`, `[::1]:8787`, `:8787` for every address. */
const LISTEN = /^(?:\[([0-9a-f:.]+)\]|([0-9A-Za-z.-]*)):(\d{1,5})$/i;
const DEFAULT_LISTEN = "127.0.0.1:8787";

/** @throws USAGE */
export function readListen(text: string): { readonly host: string; readonly port: number } {
  const [, six, name = "", port] = LISTEN.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new KeywardError("USAGE", "--listen takes an address and a port", { hint: `--listen ${DEFAULT_LISTEN}` });
  }
  return { host: six ?? (name === "" ? "::" : name), port: Number(port) };
}

/** Seconds, as on the command line. @throws USAGE */
function readLinger(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new KeywardError("USAGE", "--linger takes seconds, up to 999", { hint: "--linger 5" });
  return Number(text) * 1_000;
}

/** @throws USAGE */
function readDays(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text))
    throw new KeywardError("USAGE", `${option} takes days, from 1 to 99999`, { hint: `${option} 365, or without it for ever` });
  return Number(text);
}

export function hubFlags({ paths }: Context, args: HubArgs): Record<string, string | number | boolean | readonly string[]> {
  if ((args.tlsCert === undefined) !== (args.tlsKey === undefined)) {
    throw new KeywardError("USAGE", "--tls-cert and --tls-key go together", { hint: "give both, or neither behind a proxy that ends TLS" });
  }
  if ((args.oidcIssuer === undefined) !== (args.oidcClientId === undefined)) {
    throw new KeywardError("USAGE", "--oidc-issuer and --oidc-client-id go together", {
      hint: "give both; the client's secret comes as KEYWARD_HUB_OIDC_SECRET",
    });
  }
  return {
    dataDir: args.data ?? join(paths.home, "hub"),
    ...readListen(args.listen ?? DEFAULT_LISTEN),
    ...(args.tlsCert === undefined ? {} : { tlsCert: args.tlsCert }),
    ...(args.tlsKey === undefined ? {} : { tlsKey: args.tlsKey }),
    ...(args.trustedProxy === undefined ? {} : { trustedProxies: args.trustedProxy }),
    ...(args.insecureHttp === true ? { isInsecureAllowed: true } : {}),
    ...(args.linger === undefined ? {} : { lingerMs: readLinger(args.linger) }),
    ...(args.keepRunsDays === undefined ? {} : { keepRunsDays: readDays("--keep-runs-days", args.keepRunsDays) }),
    ...(args.keepAuditDays === undefined ? {} : { keepAuditDays: readDays("--keep-audit-days", args.keepAuditDays) }),
    ...(args.url === undefined ? {} : { publicUrl: args.url }),
    ...(args.oidcIssuer === undefined ? {} : { oidcIssuer: args.oidcIssuer }),
    ...(args.oidcClientId === undefined ? {} : { oidcClientId: args.oidcClientId }),
  };
}

export function hubVariables(context: Context, args: HubArgs): Record<string, string | undefined> {
  if (args.database !== undefined && /\/\/[^/@:]*:[^@]+@/.test(args.database)) {
    context.out.note("--database shows its password in process lists; KEYWARD_HUB_DATABASE does not");
  }
  return { KEYWARD_HUB_DATABASE: args.database, KEYWARD_HUB_OWNER_DATABASE: args.ownerDatabase };
}
