// One plausible answer of the daemon for every method, for tests of what commands make of it.
import type { AuditEntry, ConnectionInfo, ProfileInfo, ProviderInfo, StoredConnection } from "../../../src/control/protocol.ts";
import type { CatalogueRow } from "../../../src/control/api/creds.ts";
import { randomText } from "../../../src/core/ids.ts";
import type { Answers } from "./fake-world.ts";
import { NOW_MS } from "./fake-world.ts";
import { vaultAnswers } from "./vault-answers.ts";

export const SECRET = `test-${randomText(24)}`;
const HOUR_MS = 3_600_000;

export const OPENAI: ProviderInfo = {
  id: "openai",
  name: "OpenAI",
  category: "llm",
  hosts: ["api.openai.com"],
  fields: [{ name: "key", label: "API key", secret: true, optional: false, env: ["OPENAI_API_KEY"], hint: "starts with sk-" }],
  keysUrl: "https://platform.openai.com/api-keys",
  docsUrl: null,
  verifiable: true,
  custom: false,
  connected: true,
};

export const TWILIO: ProviderInfo = {
  ...OPENAI,
  id: "twilio",
  name: "Twilio",
  category: "comms",
  hosts: ["api.twilio.com"],
  fields: [
    { name: "sid", label: "Account SID", secret: false, optional: false, env: ["TWILIO_ACCOUNT_SID"], hint: null },
    { name: "token", label: "Auth token", secret: true, optional: false, env: ["TWILIO_AUTH_TOKEN"], hint: null },
  ],
  keysUrl: null,
  custom: true,
  connected: false,
};

/** Its users have hosts of their own, and one of its keys may be left out. */
export const ACME: ProviderInfo = {
  ...OPENAI,
  id: "acme",
  name: "Acme",
  hosts: ["{tenant}.acme.test"],
  fields: [
    { name: "host", label: "Site", secret: false, optional: false, env: [], hint: "for example eu.acme.test" },
    { name: "key", label: "API key", secret: true, optional: false, env: ["ACME_KEY"], hint: null },
    { name: "extra", label: "Extra key", secret: true, optional: true, env: [], hint: null },
  ],
  verifiable: false,
  connected: false,
};

export const CONNECTION: ConnectionInfo = {
  provider: "openai",
  name: "default",
  id: "con_1",
  kind: "api_key",
  isDefault: true,
  origins: [
    { host: "api.openai.com", port: 443 },
    { host: "eu.openai.com", port: 8443 },
  ],
  placeholders: { key: "placeholder-1" },
  publicFields: {},
  createdAtMs: NOW_MS - 48 * HOUR_MS,
  expiresAtMs: null,
  lastUsedAtMs: NOW_MS - 2 * HOUR_MS,
  status: "connected",
  env: ["OPENAI_API_KEY"],
};

const PROFILE: ProfileInfo = { name: "default", active: true, state: "unlocked", custody: "file", path: "/h/profiles/default.db" };

const STORED: StoredConnection = {
  provider: "openai",
  name: "default",
  id: "con_2",
  replaced: false,
  notices: ["the key is kept in a file"],
};

const layers = [
  {
    allow: ["a.example.com"],
    deny: ["*.evil.example"],
    denyUnmatched: true,
    rules: [{ provider: "openai", methods: ["GET"], path: "/v1/**" }],
  },
];
const connections = [{ provider: "openai", name: "default", hosts: ["api.openai.com"], env: { OPENAI_API_KEY: "placeholder" as const } }];

export const AUDIT_ENTRY: AuditEntry = {
  seq: 1,
  atMs: NOW_MS,
  requestId: "req_1",
  runId: "run_1",
  kind: "request",
  provider: "openai",
  connection: "default",
  method: "GET",
  host: "api.openai.com",
  port: 443,
  path: "/v1/models",
  credential: "injected",
  status: 200,
  bytesUp: 0,
  bytesDown: 12,
  masked: null,
  ms: 8.4,
  code: null,
  level: null,
};

/** A row of the catalogue of credentials, as the daemon makes it of a definition. */
export const OPENAI_ROW: CatalogueRow = {
  id: "openai",
  name: "OpenAI",
  kind: "llm",
  requiredKeys: ["OPENAI_API_KEY"],
  optionalKeys: [],
  cloud: true,
  docsUrl: "https://platform.openai.com/docs",
  keysUrl: "https://platform.openai.com/api-keys",
  keys: [
    {
      name: "OPENAI_API_KEY",
      names: ["OPENAI_API_KEY", "CODEX_API_KEY"],
      field: "key",
      optional: false,
      pattern: "^sk-[a-z0-9]{8,}$",
      secret: null,
    },
  ],
  connections: [{ name: "default", isDefault: true, fields: ["key"], fault: null }],
};

export const OLLAMA_ROW: CatalogueRow = {
  ...OPENAI_ROW,
  id: "ollama",
  name: "Ollama",
  kind: "local",
  requiredKeys: [],
  optionalKeys: ["OLLAMA_HOST"],
  cloud: false,
  keysUrl: null,
  keys: [{ name: "OLLAMA_HOST", names: ["OLLAMA_HOST"], field: "setting", optional: true, pattern: null, secret: null }],
  connections: [],
};

export const ANSWERS: Answers = {
  "creds.catalogue": { rows: [OLLAMA_ROW, OPENAI_ROW], profile: "default", profilePath: "/h/profiles/default.db", unreadable: null },
  "hub.state": {
    identity: null,
    deviceId: null,
    freshness: null,
    lastContactMs: null,
    connections: [],
    endedBecause: null,
    lastUrls: [],
  },
  ...vaultAnswers(SECRET),
  "daemon.status": {
    version: "0.1.0",
    pid: 4_194_304_000,
    startedAtMs: NOW_MS - HOUR_MS,
    profile: "default",
    profileState: "unlocked",
    custody: "keychain",
    proxyPort: 40123,
    liveRuns: 1,
    requests: 7,
    rssBytes: 64 * 1024 * 1024,
  },
  "daemon.stop": {},
  "profile.list": { profiles: [PROFILE, { ...PROFILE, name: "work", active: false, state: "locked", custody: "passphrase" }] },
  "profile.create": { ...PROFILE, name: "work" },
  "profile.unlock": PROFILE,
  "profile.lock": { ...PROFILE, state: "locked" },
  "profile.delete": { leftHub: null },
  "profile.rekey": { ...PROFILE, custody: "passphrase" },
  "backup.make": { profile: "default", transferId: "transfer_1", bytes: 5 },
  "backup.read": { data: "YmFjaw==", nextByte: null },
  "backup.offer": { transferId: "transfer_1" },
  "backup.restore": { ...PROFILE, madeAtMs: NOW_MS, connections: 2, renewable: 1, replaced: false, leftHub: null },
  "provider.list": { providers: [OPENAI, TWILIO], broken: [{ path: "/h/providers/bad.json", problems: ["id: missing"] }] },
  "provider.show": ({ provider }) => ({ info: provider === "twilio" ? TWILIO : OPENAI, definition: { id: provider } }),
  "provider.validate": { id: "my-api", problems: [] },
  "provider.add": { id: "my-api", path: "/h/providers/my-api.json" },
  "provider.remove": { removed: true },
  "provider.test": { passed: 3, failures: [] },
  "connection.list": {
    connections: [
      CONNECTION,
      { ...CONNECTION, name: "work", id: "con_3", isDefault: false, status: "expired", expiresAtMs: NOW_MS - HOUR_MS, lastUsedAtMs: null },
    ],
    notice: null,
  },
  "connection.get": CONNECTION,
  "connection.reveal": { connections: [{ provider: "openai", name: "default", fields: { key: SECRET }, env: { OPENAI_API_KEY: SECRET } }] },
  "connection.store": STORED,
  "connection.remove": { removed: [{ provider: "openai", name: "default" }] },
  "connection.default": { previous: "default" },
  "connection.import": {
    rows: [
      { name: "OPENAI_API_KEY", provider: "openai", connection: "default", outcome: "stored", reason: null },
      { name: "EDITOR", provider: null, connection: null, outcome: "unknown", reason: "no provider declares it" },
    ],
    notice: null,
  },
  "login.start": { loginId: "log_1", url: "http://127.0.0.1:7999/form", expiresAtMs: NOW_MS + HOUR_MS },
  "login.wait": STORED,
  "run.list": {
    runs: [
      {
        id: "run_1",
        command: "node",
        pid: 42,
        startedAtMs: NOW_MS - HOUR_MS,
        expiresAtMs: null,
        requests: 3,
        denied: 1,
        connections: [{ provider: "openai", name: "default" }],
        level: "L1",
      },
    ],
  },
  "run.sweep": { replace: {}, files: [] },
  "run.end": { requests: 3, denied: 1 },
  "run.explain": { connections, layers },
  "run.start": {
    runId: "run_1",
    token: "token",
    proxyPort: 40123,
    env: { OPENAI_API_KEY: "placeholder-1" },
    placeholderNames: ["OPENAI_API_KEY"],
    tlsPorts: [8443],
    caCertificatePath: "/nowhere/ca.pem",
    level: "L0",
    plan: { connections, layers },
  },
  "audit.list": { entries: [AUDIT_ENTRY] },
  "audit.read": { lines: ['{"seq":1,"kind":"run"}'], nextByte: null },
  "audit.show": { entry: AUDIT_ENTRY, releasedAtMs: NOW_MS - 8 },
  "request.explain": {
    method: "GET",
    scheme: "https",
    host: "api.openai.com",
    port: 443,
    path: "/v1/models",
    outcome: "injected",
    why: "openai (default) is the run's choice when the request shows no placeholder",
    code: null,
    hint: null,
    choice: {
      provider: "openai",
      connection: "default",
      places: ["header Authorization: Bearer {key}"],
      elsewhere: [],
      rules: ["openai:GET /v1/**"],
    },
    captured: null,
    others: [{ provider: "openai", connection: "work", why: "not the run's default; a request that shows its placeholder gets it" }],
  },
  "doctor.check": { checks: [{ name: "store", state: "ok", found: "/h/profiles/default.db, 2 connections", fix: null }] },
  "audit.verify": { records: 12, firstBadSeq: null, firstBadFile: null, signedUpTo: 12 },
  "ca.show": {
    pem: "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
    path: "/h/state/ca.pem",
    subject: "CN=keyward",
    expiresAtMs: NOW_MS + 1000 * HOUR_MS,
    fingerprint: "AA:BB",
  },
};
