// What discovery found, as people and scripts see it. In: findings. Out: table rows, or the objects of --json. A whitelist: neither
// ever holds a value.
import { homedir } from "node:os";
import type { Discovery } from "../../discover/discover.ts";
import type { Finding, Kind } from "../../discover/source.ts";
import type { Context } from "../context.ts";
import type { Cell } from "../text/table.ts";
import { isoTime, relativeTime } from "../text/times.ts";

const KINDS: Readonly<Record<Kind, string>> = {
  api_key: "API key",
  oauth: "OAuth",
  basic: "password",
  sigv4: "AWS keys",
  service_account: "service account",
  mtls: "client key",
  reference: "reference",
};

export function findingObject(finding: Finding, chosen: readonly Finding[]): Record<string, unknown> {
  return {
    source: finding.source,
    tool: finding.tool,
    path: finding.path,
    pointer: finding.pointer,
    provider: finding.provider,
    definition: finding.definition,
    kind: finding.kind,
    env: finding.values.flatMap(({ env }) => env),
    account: finding.account,
    host: finding.host,
    expires_at: isoTime(finding.expiresAtMs),
    expired: finding.expired,
    renewed_by_tool: finding.rotates,
    chosen: chosen.includes(finding),
  };
}

export function showDiscovery(
  { findings, chosen }: Discovery,
  { home, context }: { readonly home: string; readonly context: Context },
): void {
  const { out, world } = context;
  if (findings.length === 0) {
    out.line("nothing found where other tools keep credentials");
    out.line("next: keyward login PROVIDER   (all providers: keyward provider list)");
    return;
  }
  const nowMs = world.nowMs();
  out.table(
    ["PROVIDER", "KIND", "VARIABLES", "EXPIRES", "WHERE"],
    findings.map((finding): Cell[] => [
      chosen.includes(finding) ? `${describeProvider(finding)} *` : describeProvider(finding),
      KINDS[finding.kind],
      finding.values.flatMap(({ env }) => env).join(" ") || "-",
      expiryCell(finding, nowMs),
      shortPath(finding.path, home),
    ]),
  );
  if (chosen.length > 0) out.line("* what --export writes; --import makes connections of what can be stored", "dim");
}

function describeProvider({ provider, definition, host, account }: Finding): string {
  if (host !== null && definition === null) return host;
  const which = host ?? account;
  return which === null ? provider : `${provider} (${which})`;
}

function expiryCell({ expiresAtMs, expired }: Finding, nowMs: number): Cell {
  if (expiresAtMs === null) return "never";
  return { text: relativeTime(expiresAtMs, nowMs), style: expired ? "bad" : "good" };
}

/** As people write it, where it is below their own home. */
export function shortPath(path: string, home: string): string {
  return home === homedir() && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
