// Audit records as people and scripts see them, for list, tail, show and export. In: entries. Out: cells of a table, one object.
import type { AuditEntry } from "../../control/protocol.ts";
import { formatAuthority } from "../../core/host.ts";
import { isoTime } from "../text/times.ts";

export const AUDIT_HEAD = ["TIME", "KIND", "RUN", "CONNECTION", "REQUEST", "CREDENTIAL", "STATUS", "MS", "CODE"] as const;

export function auditCells(entry: AuditEntry): string[] {
  return [
    (isoTime(entry.atMs) ?? "").replace("T", " ").replace(/\.\d+Z$/, "Z"),
    entry.kind,
    entry.runId ?? "-",
    connectionText(entry),
    requestText(entry),
    entry.credential ?? "-",
    entry.status === null ? "-" : String(entry.status),
    entry.ms === null ? "-" : String(Math.round(entry.ms)),
    entry.code ?? "",
  ];
}

export function auditObject(entry: AuditEntry): Record<string, unknown> {
  const { seq, atMs, requestId, runId, bytesUp, bytesDown, ...rest } = entry;
  return { seq, at: isoTime(atMs), request_id: requestId, run: runId, ...rest, bytes_up: bytesUp, bytes_down: bytesDown };
}

export function connectionText({ provider, connection }: AuditEntry): string {
  return provider === null ? "-" : `${provider}${connection === null ? "" : ` (${connection})`}`;
}

export function requestText({ method, host, port, path, level }: AuditEntry): string {
  // Of the vault: the secret that was put, removed or shown.
  if (host === null && path !== null) return `${method === null ? "" : `${method} `}${path}`;
  if (host === null) return level === null ? "-" : `level ${level}`;
  return `${method === null ? "" : `${method} `}${formatAuthority({ host, port: port ?? 443 })}${path ?? ""}`;
}
