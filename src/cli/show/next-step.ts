// What a request's outcome means and what to do about it: the error table's words, and the next command to type.
// In: an audit entry. Out: one sentence and one command, or null when there is nothing to do. It knows names only, no values.
import type { AuditEntry } from "../../control/protocol.ts";
import { ERRORS, type ErrorCode } from "../../core/error-table.ts";
import { ownPort } from "../../core/exchange.ts";
import { formatAuthority } from "../../core/host.ts";

const CREDENTIALS: Readonly<Record<NonNullable<AuditEntry["credential"]>, string>> = {
  injected: "the placeholder was replaced by the credential",
  filled: "the request had no credential, so it was filled in",
  own: "the program sent a credential of its own, which passed unchanged",
  none: "no credential went with it",
};

export function credentialText({ credential }: AuditEntry): string {
  return credential === null ? "none" : `${credential}: ${CREDENTIALS[credential]}`;
}

/** The error table's words for the code; null for a code of another version, or none. */
export function meaningOf(code: string | null): string | null {
  return code !== null && Object.hasOwn(ERRORS, code) ? ERRORS[code as ErrorCode].means : null;
}

const BY_CODE: Readonly<Partial<Record<ErrorCode, (entry: AuditEntry) => string>>> = {
  LOGIN_REQUIRED: login,
  LOGIN_EXPIRED: (entry) => `${login(entry)} --force`,
  RULE_DENIED: explain,
  PLACEHOLDER_LEAK: explain,
  KEY_LEAK: (entry) => `${login(entry)} --force`,
  HOST_MISMATCH: explain,
  METHOD_REFUSED: explain,
  REQUEST_MALFORMED: explain,
  UPGRADE_UNSUPPORTED: explain,
  TARGET_FORBIDDEN: () => "keyward config get network.allow",
  CONNECTION_AMBIGUOUS: ({ provider }) => (provider === null ? "keyward connection list" : `keyward connection default ${provider} NAME`),
  PROXY_AUTH_REQUIRED: () => "keyward run -- COMMAND",
  CREDENTIAL_UNUSABLE: ({ provider }) => (provider === null ? "keyward list" : `keyward provider show ${provider}`),
  UPSTREAM_TLS: () => "keyward config get upstream.ca_file",
  UPSTREAM_PROXY: () => "keyward config get upstream.proxy",
  RUN_UNKNOWN: () => "keyward runs list",
  INTERNAL: () => "keyward daemon logs",
};

export function nextStep(entry: AuditEntry): string | null {
  const { code, status, credential, provider } = entry;
  if (code !== null) return BY_CODE[code as ErrorCode]?.(entry) ?? "keyward doctor";
  if (status !== 401 && status !== 403) return null;
  // The provider itself said no.
  if (provider !== null && (credential === "injected" || credential === "filled")) return `${login(entry)} --force`;
  return entry.host === null ? null : explain(entry);
}

function login({ provider, connection }: AuditEntry): string {
  if (provider === null) return "keyward list";
  return `keyward login ${provider}${connection === null || connection === "default" ? "" : ` --connection ${connection}`}`;
}

function explain({ method, host, port, path }: AuditEntry): string {
  if (host === null) return "keyward audit list --denied";
  const verb = method === null || method === "CONNECT" ? "GET" : method;
  const scheme = port === ownPort("http") ? "http" : "https";
  const authority = formatAuthority({ host, port: port ?? ownPort(scheme) }, ownPort(scheme));
  return `keyward explain ${verb} '${scheme}://${authority}${(path ?? "/").replaceAll("'", "%27")}'`;
}
