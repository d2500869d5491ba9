// The daemon's API as types: every method, what it takes and what it gives back. One JSON object a line over a unix
// socket: `{id, method, params}` → `{id, result}` or `{id, error: {code, message, hint}}`. schema.ts checks params at run time.
// A secret travels inwards only (login, import), except in the result of connection.reveal.
import type { AuthorizeBegun, AuthorizeParams, ComputedLogin, ComputedParams, RemoveParams, RemoveResult } from "./authorize.ts";
import type { BackupMethods } from "./api/backup.ts";
import type { Connection, ConnectionRef, ConnectionStatus } from "../core/connection.ts";
import type { ErrorCode } from "../core/error-table.ts";
import type { CredsMethods } from "./api/creds.ts";
import type { HubMethods, LeftHub } from "./api/hub.ts";
import type { RunInfo, RunParams, RunPlan, RunStarted, SweepParams } from "./api/run.ts";
import type { VaultMethods } from "./api/vault.ts";
import type { Check, EchoSeen, RequestExplained } from "./findings.ts";
import type { ProcessIdentity, RuleLayer, RunLevel, RunSelection } from "../core/run.ts";

export type { RunInfo, RunNetworkParams, RunParams, RunPlan, RunStarted, SweepParams } from "./api/run.ts";

/** Changes when a method's shape changes; client and daemon of different numbers refuse each other. */
export const PROTOCOL_VERSION = 1;

export type Custody = "keychain" | "passphrase" | "file" | "key-file" | "key-command";

export interface FieldInfo {
  readonly name: string;
  readonly label: string;
  readonly secret: boolean;
  /** A login may leave it out. */
  readonly optional: boolean;
  readonly env: readonly string[];
  readonly hint: string | null;
  /** A whole file: a PEM, a JSON document. */
  readonly multiline?: boolean;
}

export interface ProviderInfo {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly hosts: readonly string[];
  readonly fields: readonly FieldInfo[];
  readonly keysUrl: string | null;
  readonly docsUrl: string | null;
  /** Its definition declares a request that tells whether a credential is good. */
  readonly verifiable: boolean;
  readonly custom: boolean;
  readonly connected: boolean;
  readonly computed?: readonly ComputedLogin[];
}

export interface ConnectionInfo extends Connection {
  readonly status: ConnectionStatus;
  /** Every environment name its provider declares. */
  readonly env: readonly string[];
}

export interface DaemonStatus {
  readonly version: string;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly profile: string;
  /** absent = no profile file yet. */
  readonly profileState: "absent" | "locked" | "unlocked";
  readonly custody: Custody | null;
  readonly proxyPort: number | null;
  readonly liveRuns: number;
  readonly requests: number;
  readonly rssBytes: number;
}

export interface ProfileInfo {
  readonly name: string;
  readonly active: boolean;
  readonly state: "locked" | "unlocked";
  readonly custody: Custody;
  readonly path: string;
}

export interface AuditEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly requestId: string;
  readonly runId: string | null;
  readonly kind: "request" | "tunnel" | "denied" | "login" | "logout" | "reveal" | "run" | "profile" | "secret";
  readonly provider: string | null;
  readonly connection: string | null;
  readonly method: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Without query. */
  readonly path: string | null;
  /** injected: placeholder replaced · filled: slot was empty · own: the child's own credential · none */
  readonly credential: "injected" | "filled" | "own" | "none" | null;
  readonly status: number | null;
  readonly bytesUp: number | null;
  readonly bytesDown: number | null;
  /** How often the credential was masked in the answer, or was why it was withheld. */
  readonly masked: number | null;
  readonly ms: number | null;
  readonly code: string | null;
  /** Of a run's first record. */
  readonly level: RunLevel | null;
}

/** A proxy, an echo behind it and a connection made up for them, for as long as clients are tried. */
export interface EchoOpened {
  readonly echoId: string;
  /** A reserved name, bound in the runs below and nowhere else. */
  readonly host: string;
  /** For everything the clients need; removed with the echo. */
  readonly directory: string;
  readonly runs: readonly { readonly client: string; readonly started: RunStarted }[];
}

export interface ImportRow {
  readonly name: string;
  readonly provider: string | null;
  readonly connection: string | null;
  readonly outcome: "stored" | "would store" | "unknown" | "refused" | "exists" | "incomplete";
  /** Why, in words without the value. */
  readonly reason: string | null;
}

/** params → result of every method. */
export interface Methods extends BackupMethods, CredsMethods, HubMethods, VaultMethods {
  "daemon.status": { params: Record<string, never>; result: DaemonStatus };
  "daemon.stop": { params: Record<string, never>; result: Record<string, never> };
  "profile.list": { params: Record<string, never>; result: { profiles: readonly ProfileInfo[] } };
  "profile.create": {
    params: ProfileParams & { custody: "keychain" | "passphrase" | "file" | null; passphrase: string | null };
    result: ProfileInfo;
  };
  "profile.unlock": { params: ProfileParams & { passphrase: string }; result: ProfileInfo };
  "profile.lock": { params: ProfileParams; result: ProfileInfo };
  "profile.delete": { params: ProfileParams; result: { leftHub: LeftHub | null } };
  "profile.rekey": {
    params: ProfileParams & { custody: "keychain" | "passphrase" | "file"; passphrase: string | null };
    result: ProfileInfo;
  };
  "provider.list": { params: ProfileParams; result: { providers: readonly ProviderInfo[]; broken: readonly BrokenProvider[] } };
  "provider.show": { params: ProfileParams & { provider: string }; result: { info: ProviderInfo; definition: unknown } };
  "provider.validate": { params: { path: string; text: string }; result: { id: string; problems: readonly string[] } };
  "provider.add": { params: { path: string; text: string; force: boolean }; result: { id: string; path: string } };
  "provider.remove": { params: { provider: string }; result: { removed: boolean } };
  "provider.test": { params: { provider: string }; result: { passed: number; failures: readonly string[] } };
  "connection.list": { params: ProfileParams; result: { connections: readonly ConnectionInfo[]; notice: string | null } };
  "connection.get": { params: ConnectionParams; result: ConnectionInfo };
  "connection.reveal": { params: RevealParams; result: { connections: readonly RevealedConnection[]; failed?: readonly FailedReveal[] } };
  "connection.store": {
    params: ConnectionParams & { fields: Readonly<Record<string, string>>; force: boolean; checks: LoginChecks } & ComputedParams;
    result: StoredConnection;
  };
  "connection.remove": { params: ConnectionParams & RemoveParams; result: RemoveResult };
  "connection.default": { params: ConnectionParams; result: { previous: string | null } };
  "connection.import": { params: ProfileParams & ImportParams; result: { rows: readonly ImportRow[]; notice: string | null } };
  "login.start": {
    /** `host`: of {tenant}, when the command names it; else the form asks. `uiPort`: as the command sees the setting ui.port; 0 = 7999 when it is free, else any. */
    params: ConnectionParams & {
      host: string | null;
      force: boolean;
      checks: LoginChecks;
      timeoutMs: number;
      uiPort: number;
    } & ComputedParams;
    result: { loginId: string; url: string; expiresAtMs: number };
  };
  /** Begins an OAuth login; login.wait answers when it has ended. */
  "login.authorize": { params: ConnectionParams & AuthorizeParams; result: AuthorizeBegun };
  /** Answers when the form was submitted, expired or cancelled; the login ends with its control connection. */
  "login.wait": { params: { loginId: string }; result: StoredConnection };
  "run.start": { params: ProfileParams & RunParams; result: RunStarted };
  /** Ties a run (again) to this control connection's owner; used after a daemon restart. */
  "run.attach": { params: { runId: string; owner: ProcessIdentity }; result: { proxyPort: number } };
  /** Compares what a child would get with every stored secret. */
  "run.sweep": {
    params: ProfileParams & SweepParams;
    /** `replace`: variable → its value with placeholders; `files`: names of those that hold a secret. */
    result: { replace: Readonly<Record<string, string>>; files: readonly string[] };
  };
  "run.end": { params: { runId: string }; result: { requests: number; denied: number } };
  /** `profile: null` = the runs of every profile. */
  "run.list": { params: ProfileParams; result: { runs: readonly RunInfo[] } };
  "run.explain": { params: ProfileParams & RunParams; result: RunPlan };
  "audit.list": { params: ProfileParams & AuditQuery; result: { entries: readonly AuditEntry[] } };
  /** The newest `limit` records after `afterSeq` (null: of all), and the number of the last one there is. */
  "audit.tail": {
    params: ProfileParams & Omit<AuditQuery, "sinceMs"> & { afterSeq: number | null };
    result: { entries: readonly AuditEntry[]; lastSeq: number };
  };
  /** Whole records as they are written, in that order, from a byte of the file on; `nextByte` null = that was all. */
  "audit.read": {
    params: ProfileParams & { fromByte: number; selection: Omit<AuditQuery, "limit"> | null };
    result: { lines: readonly string[]; nextByte: number | null };
  };
  "audit.show": { params: ProfileParams & { request: string }; result: { entry: AuditEntry; releasedAtMs: number | null } };
  "audit.verify": { params: ProfileParams; result: AuditVerified };
  "request.explain": {
    params: ProfileParams & {
      method: string;
      url: string;
      selection: RunSelection;
      layers: readonly RuleLayer[];
      captures?: readonly string[] | undefined;
    };
    result: RequestExplained;
  };
  "doctor.check": { params: ProfileParams; result: { checks: readonly Check[] } };
  /** The echo ends with its control connection, or by doctor.finish. */
  "doctor.open": { params: ProfileParams & { clients: readonly string[] }; result: EchoOpened };
  "doctor.finish": { params: { echoId: string }; result: { seen: readonly EchoSeen[] } };
  "ca.show": { params: ProfileParams; result: { pem: string; path: string; subject: string; expiresAtMs: number; fingerprint: string } };
}

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]["params"];
export type Result<M extends MethodName> = Methods[M]["result"];

/** `profile: null` = the active one. */
export interface ProfileParams {
  readonly profile: string | null;
}
/** `connection: null` = the provider's default connection (or "default" when there is none yet). */
export interface ConnectionParams extends ProfileParams {
  readonly provider: string;
  readonly connection: string | null;
}
/** How far a login is checked before it is stored. */
export interface LoginChecks {
  /** Store values that fail their pattern. */
  readonly anyShape: boolean;
  /** A pattern that not every source agrees on: refuse with KEY_UNUSUAL, so that a person can be asked, or store with a notice. */
  readonly doubtful: "ask" | "warn";
  /** Ask the provider whether it knows the credential. */
  readonly verify: boolean;
}
export interface RevealParams extends ProfileParams {
  /** null = all connected providers, each with its default connection. */
  readonly provider: string | null;
  readonly connection: string | null;
  /** The asking process, so that the daemon can refuse one that descends from a run. */
  readonly asker: ProcessIdentity;
}
export interface RevealedConnection extends ConnectionRef {
  /** Field name → value. */
  readonly fields: Readonly<Record<string, string>>;
  /** Environment name → value. */
  readonly env: Readonly<Record<string, string>>;
}
/** Of all connections, one whose credential cannot be had now; the others are there all the same. */
export interface FailedReveal extends ConnectionRef {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string | null };
}
export interface StoredConnection extends ConnectionRef {
  readonly id: string;
  readonly replaced: boolean;
  /** What was stripped or noticed: "a pasted 'Bearer ' was removed", "key kept in …". */
  readonly notices: readonly string[];
}
export interface ImportParams {
  readonly pairs: readonly { readonly name: string; readonly value: string }[];
  readonly connection: string | null;
  readonly dryRun: boolean;
  readonly force: boolean;
}
/** `signedUpTo`: the last record that a signed checkpoint vouches for; 0 = none. */
export interface AuditVerified {
  readonly records: number;
  readonly firstBadSeq: number | null;
  readonly firstBadFile: string | null;
  readonly signedUpTo: number;
}

export interface AuditQuery {
  readonly run: string | null;
  readonly provider: string | null;
  readonly sinceMs: number | null;
  readonly denied: boolean;
  readonly limit: number;
}
export interface BrokenProvider {
  readonly path: string;
  readonly problems: readonly string[];
}
