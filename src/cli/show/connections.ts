// Connections as people and scripts see them. In: what the daemon says. Out: table rows, or the objects of --json.
// There is nothing secret in here to hide: the daemon never sends it.
import type { ConnectionInfo } from "../../control/protocol.ts";
import type { Context } from "../context.ts";
import type { Style } from "../text/colour.ts";
import type { Cell } from "../text/table.ts";
import { isoTime, relativeTime } from "../text/times.ts";

const STYLES: Readonly<Record<ConnectionInfo["status"], Style>> = { connected: "good", expiring: "warn", expired: "bad", missing: "bad" };

/** The snake-case object of one connection. */
export function connectionObject(connection: ConnectionInfo): Record<string, string | boolean | null | readonly string[]> {
  return {
    provider: connection.provider,
    connection: connection.name,
    id: connection.id,
    kind: connection.kind,
    status: connection.status,
    default: connection.isDefault,
    created_at: isoTime(connection.createdAtMs),
    expires_at: isoTime(connection.expiresAtMs),
    last_used_at: isoTime(connection.lastUsedAtMs),
    hosts: connection.origins.map(({ host, port }) => (port === 443 ? host : `${host}:${port}`)),
    env: connection.env,
  };
}

export async function showConnections(context: Context): Promise<void> {
  const { connections, notice } = await context.call("connection.list", { profile: context.profile });
  const { out } = context;
  out.object({ connections: connections.map(connectionObject), notice });
  if (notice !== null) out.note(notice);
  if (connections.length === 0) {
    out.line("no connections yet");
    out.line("next: keyward login openai   (all providers: keyward provider list)");
    return;
  }
  const nowMs = context.world.nowMs();
  out.table(
    ["PROVIDER", "CONNECTION", "KIND", "STATUS", "EXPIRES", "LAST USED"],
    connections.map((connection): Cell[] => [
      connection.provider,
      connection.isDefault ? `${connection.name} *` : connection.name,
      connection.kind === "api_key" ? "API key" : "OAuth",
      { text: connection.status, style: STYLES[connection.status] },
      connection.expiresAtMs === null ? "never" : relativeTime(connection.expiresAtMs, nowMs),
      connection.lastUsedAtMs === null ? "never" : relativeTime(connection.lastUsedAtMs, nowMs),
    ]),
  );
  if (connections.some((connection) => connection.isDefault)) out.line("* the provider's default connection", "dim");
}
