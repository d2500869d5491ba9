// Every connection in one list: those logged in and those set by hand; one that is both stands in it once, as it was set.
// In: what the daemon says. Out: table rows, or the objects of --json, all with the same names in them.
import type { LabelledInfo } from "../../control/api/vault.ts";
import type { ConnectionInfo } from "../../control/protocol.ts";
import { checkLabelledKind } from "../../core/vault/words.ts";
import type { Context } from "../context.ts";
import { isoTime } from "../text/times.ts";
import { connectionObject } from "./connections.ts";

export const LOGIN_KINDS: readonly string[] = ["api_key", "oauth2"];

/** The snake-case object of one that was set. */
export function labelledObject(labelled: LabelledInfo): Record<string, string | null> {
  return {
    id: labelled.id,
    kind: labelled.kind,
    label: labelled.label,
    auth: labelled.secret === null ? "none" : "secret",
    secret: labelled.secret,
    provider: labelled.provider,
    status: labelled.status,
    created_at: isoTime(labelled.createdAtMs),
  };
}

/** @throws USAGE for a kind that there is not */
export async function showAllConnections(kind: string | null, context: Context): Promise<void> {
  const { out, profile, call } = context;
  const wanted = kind === null || LOGIN_KINDS.includes(kind) ? null : checkLabelledKind(kind);
  const { connections: all } = await call("labelled.list", { profile, kind: wanted });
  const { connections, notice } = await call("connection.list", { profile });
  const isSet = ({ provider, name }: ConnectionInfo): boolean =>
    all.some((labelled) => labelled.provider === provider && labelled.id === name);
  const linked = connections.filter(isSet);
  const logins = connections.filter((connection) => !isSet(connection)).map((connection) => loginRow(connection));
  const set = all.map((labelled) =>
    setRow(
      labelled,
      linked.find(({ provider, name }) => provider === labelled.provider && name === labelled.id),
    ),
  );
  const rows = [...logins, ...set].filter((row) => kind === null || row["kind"] === kind);
  out.object({ connections: rows, notice });
  if (notice !== null) out.note(notice);
  if (rows.length === 0) {
    out.line(kind === null ? "no connections yet" : "no connection is of this kind");
    out.line("next: keyward login openai   (all providers: keyward provider list)");
    return;
  }
  out.table(
    ["ID", "KIND", "PROVIDER", "CONNECTION", "SECRET", "STATUS", "LABEL"],
    rows.map((row) => ["id", "kind", "provider", "connection", "secret", "status", "label"].map((name) => String(row[name] ?? "-"))),
  );
}

/** One that was logged in, by the id it stands under in the list; null = the id is none of a login's. */
export async function findLogin(id: string, { call, profile }: Pick<Context, "call" | "profile">): Promise<ConnectionInfo | null> {
  if (!id.startsWith("con_")) return null;
  const { connections } = await call("connection.list", { profile });
  return connections.find((connection) => connection.id === id) ?? null;
}

type Row = Record<string, string | boolean | null | readonly string[]>;

export function loginRow(connection: ConnectionInfo): Row {
  const secrets = Object.values(connection.secrets ?? {});
  return { ...connectionObject(connection), label: null, secret: secrets[0] ?? null };
}

/** With the facts of the provider's connection where there is one. */
function setRow(labelled: LabelledInfo, connection: ConnectionInfo | undefined): Row {
  const facts = connection === undefined ? NO_FACTS : connectionObject(connection);
  const { id, kind, label, secret, provider, status, createdAtMs } = labelled;
  return { ...facts, provider, connection: connection?.name ?? null, id, kind, label, secret, status, created_at: isoTime(createdAtMs) };
}

const NO_FACTS: Row = { default: false, expires_at: null, last_used_at: null, hosts: [], env: [] };
