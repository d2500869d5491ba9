// Step 1 of the hub's schema. A released step is never edited.
// In: the engine's words for a type. Out: SQL statements in the subset that SQLite, PostgreSQL, CockroachDB and YugabyteDB share.
import type { Words } from "../migrate.ts";

const people = ({ bytes, int, strict }: Words): readonly string[] => [
  `CREATE TABLE tenant (
    tenant_id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, device_login ${int} NOT NULL,
    max_offline_ms ${int} NOT NULL, wrapped_key ${bytes} NOT NULL, root_key_id TEXT NOT NULL, created_at_ms ${int} NOT NULL)${strict}`,
  `CREATE TABLE workspace (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), workspace_id TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL,
    etag TEXT NOT NULL, created_at_ms ${int} NOT NULL, deleted_at_ms ${int}, PRIMARY KEY (tenant_id, workspace_id))${strict}`,
  `CREATE UNIQUE INDEX workspace_slug ON workspace (tenant_id, slug)`,
  `CREATE TABLE user_account (
    user_id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password_hash TEXT, subject TEXT UNIQUE,
    created_at_ms ${int} NOT NULL, disabled_at_ms ${int})${strict}`,
  `CREATE TABLE tenant_member (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), user_id TEXT NOT NULL REFERENCES user_account (user_id),
    role TEXT NOT NULL CHECK (role IN ('tenant_admin', 'tenant_member')), email TEXT NOT NULL, name TEXT NOT NULL,
    created_at_ms ${int} NOT NULL, PRIMARY KEY (tenant_id, user_id))${strict}`,
  `CREATE INDEX tenant_of_user ON tenant_member (user_id)`,
  `CREATE TABLE membership (
    tenant_id TEXT NOT NULL, workspace_id TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES user_account (user_id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')), email TEXT NOT NULL, name TEXT NOT NULL,
    created_at_ms ${int} NOT NULL, PRIMARY KEY (tenant_id, workspace_id, user_id),
    FOREIGN KEY (tenant_id, workspace_id) REFERENCES workspace (tenant_id, workspace_id))${strict}`,
  `CREATE INDEX workspace_of_user ON membership (user_id)`,
  `CREATE TABLE invite (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), invite_id TEXT NOT NULL, workspace_id TEXT, email TEXT, role TEXT NOT NULL,
    created_by TEXT NOT NULL, created_at_ms ${int} NOT NULL, expires_at_ms ${int} NOT NULL, used_at_ms ${int},
    PRIMARY KEY (tenant_id, invite_id))${strict}`,
];

const access = ({ bytes, int, strict }: Words): readonly string[] => [
  `CREATE TABLE credential (
    digest TEXT NOT NULL PRIMARY KEY, pepper_id TEXT NOT NULL, kind TEXT NOT NULL, tenant_id TEXT, subject_id TEXT NOT NULL,
    expires_at_ms ${int} NOT NULL, superseded_at_ms ${int})${strict}`,
  `CREATE INDEX credential_of_subject ON credential (subject_id)`,
  `CREATE TABLE session (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), session_id TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES user_account (user_id),
    workspace_id TEXT, label TEXT NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL, scopes TEXT NOT NULL,
    created_at_ms ${int} NOT NULL, expires_at_ms ${int} NOT NULL, revoked_at_ms ${int}, PRIMARY KEY (tenant_id, session_id))${strict}`,
  `CREATE TABLE api_token (
    tenant_id TEXT NOT NULL, workspace_id TEXT NOT NULL, api_token_id TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('pat', 'run')),
    name TEXT NOT NULL, prefix TEXT NOT NULL, last4 TEXT NOT NULL, scopes TEXT NOT NULL, connections TEXT NOT NULL, created_by TEXT NOT NULL,
    parent_id TEXT, rotated_from TEXT, created_at_ms ${int} NOT NULL, expires_at_ms ${int}, revoked_at_ms ${int},
    PRIMARY KEY (tenant_id, api_token_id), FOREIGN KEY (tenant_id, workspace_id) REFERENCES workspace (tenant_id, workspace_id))${strict}`,
  `CREATE TABLE last_use (
    subject_id TEXT NOT NULL PRIMARY KEY, used_at_ms ${int} NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL)${strict}`,
  `CREATE TABLE device_code (
    device_digest TEXT NOT NULL PRIMARY KEY, user_digest TEXT NOT NULL UNIQUE, pepper_id TEXT NOT NULL, client_id TEXT NOT NULL,
    scopes TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('pending', 'claimed', 'approved', 'denied')), interval_ms ${int} NOT NULL,
    last_polled_at_ms ${int}, host_name TEXT NOT NULL, ip TEXT NOT NULL, user_agent TEXT NOT NULL, created_at_ms ${int} NOT NULL,
    expires_at_ms ${int} NOT NULL, claimed_by TEXT, user_id TEXT, tenant_id TEXT, workspace_id TEXT, granted_scopes TEXT)${strict}`,
  `CREATE TABLE browser_session (
    browser_session_id TEXT NOT NULL PRIMARY KEY, user_id TEXT, pending ${bytes}, wrong_codes ${int} NOT NULL,
    created_at_ms ${int} NOT NULL, expires_at_ms ${int} NOT NULL)${strict}`,
  `CREATE TABLE device (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), device_id TEXT NOT NULL, workspace_id TEXT, user_id TEXT NOT NULL,
    name TEXT NOT NULL, public_key TEXT NOT NULL, created_at_ms ${int} NOT NULL, revoked_at_ms ${int},
    PRIMARY KEY (tenant_id, device_id))${strict}`,
];

const vault = ({ bytes, int, strict }: Words): readonly string[] => [
  `CREATE TABLE secret (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), secret_id TEXT NOT NULL, workspace_id TEXT, user_id TEXT,
    scope TEXT NOT NULL CHECK (scope IN ('user', 'workspace', 'tenant')), name TEXT NOT NULL, current_version ${int} NOT NULL,
    rev ${int} NOT NULL, etag TEXT NOT NULL, created_at_ms ${int} NOT NULL, updated_at_ms ${int} NOT NULL, deleted_at_ms ${int},
    purge_at_ms ${int}, PRIMARY KEY (tenant_id, secret_id))${strict}`,
  `CREATE INDEX secret_by_name ON secret (tenant_id, name)`,
  `CREATE INDEX secret_by_rev ON secret (tenant_id, rev)`,
  `CREATE TABLE secret_version (
    tenant_id TEXT NOT NULL, secret_id TEXT NOT NULL, version ${int} NOT NULL, workspace_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'destroyed')), wrapped_key ${bytes}, sealed ${bytes},
    created_by TEXT NOT NULL, created_at_ms ${int} NOT NULL, PRIMARY KEY (tenant_id, secret_id, version),
    FOREIGN KEY (tenant_id, secret_id) REFERENCES secret (tenant_id, secret_id) ON DELETE CASCADE)${strict}`,
  `CREATE TABLE connection (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), workspace_id TEXT, connection_id TEXT NOT NULL, user_id TEXT,
    scope TEXT NOT NULL CHECK (scope IN ('user', 'workspace', 'tenant')), provider TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    label TEXT NOT NULL, secret_id TEXT, origins TEXT NOT NULL, rev ${int} NOT NULL, etag TEXT NOT NULL, created_at_ms ${int} NOT NULL,
    updated_at_ms ${int} NOT NULL, deleted_at_ms ${int}, PRIMARY KEY (tenant_id, connection_id),
    FOREIGN KEY (tenant_id, secret_id) REFERENCES secret (tenant_id, secret_id))${strict}`,
  `CREATE INDEX connection_by_name ON connection (tenant_id, provider, name)`,
  `CREATE INDEX connection_by_rev ON connection (tenant_id, rev)`,
  `CREATE TABLE provider (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), workspace_id TEXT, provider_id TEXT NOT NULL, definition TEXT NOT NULL,
    rev ${int} NOT NULL, etag TEXT NOT NULL, updated_at_ms ${int} NOT NULL, deleted_at_ms ${int}, PRIMARY KEY (tenant_id, provider_id))${strict}`,
];

const record = ({ bytes, int, strict }: Words): readonly string[] => [
  `CREATE TABLE run (
    tenant_id TEXT NOT NULL, workspace_id TEXT NOT NULL, run_id TEXT NOT NULL, device_id TEXT, record TEXT NOT NULL,
    started_at_ms ${int} NOT NULL, received_at_ms ${int} NOT NULL, PRIMARY KEY (tenant_id, run_id),
    FOREIGN KEY (tenant_id, workspace_id) REFERENCES workspace (tenant_id, workspace_id))${strict}`,
  `CREATE TABLE audit_event (
    tenant_id TEXT NOT NULL REFERENCES tenant (tenant_id), seq ${int} NOT NULL, event_id TEXT NOT NULL, workspace_id TEXT,
    at_ms ${int} NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (tenant_id, seq))${strict}`,
  `CREATE UNIQUE INDEX audit_event_id ON audit_event (tenant_id, event_id)`,
  `CREATE TABLE idempotency (
    key_digest TEXT NOT NULL PRIMARY KEY, request_digest TEXT NOT NULL, status ${int} NOT NULL, sealed_body ${bytes},
    created_at_ms ${int} NOT NULL, expires_at_ms ${int} NOT NULL)${strict}`,
  `CREATE TABLE change_counter (tenant_id TEXT NOT NULL PRIMARY KEY, rev ${int} NOT NULL, oldest_rev ${int} NOT NULL)${strict}`,
  `CREATE TABLE guess (name TEXT NOT NULL PRIMARY KEY, count ${int} NOT NULL, expires_at_ms ${int} NOT NULL)${strict}`,
  `CREATE TABLE lease (name TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, until_ms ${int} NOT NULL)${strict}`,
  `CREATE TABLE root_key (root_key_id TEXT NOT NULL PRIMARY KEY, check_value TEXT NOT NULL, created_at_ms ${int} NOT NULL)${strict}`,
];

export const first = (words: Words): readonly string[] => [...people(words), ...access(words), ...vault(words), ...record(words)];
