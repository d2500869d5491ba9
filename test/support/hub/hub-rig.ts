// A real hub for tests: initialised, listening on port 0, with people in it, on either engine.
// In: the engine. Out: its address, a client that speaks JSON, and ways to make tenants, people and tokens without the pages.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../src/core/clock.ts";
import type { HubOptions } from "../../../src/hub/hub-options.ts";
import type { HubLog } from "../../../src/hub/hub-parts.ts";
import type { RateLimit } from "../../../src/hub/http/rate-limit.ts";
import { type InitResult, initHub } from "../../../src/hub/init-hub.ts";
import { createTenant } from "../../../src/hub/people/create-tenant.ts";
import { addUser, joinTenant, joinWorkspace } from "../../../src/hub/people/people.ts";
import { type RunningHub, serveHub } from "../../../src/hub/serve-hub.ts";
import { beginSession, type TokenPair } from "../../../src/hub/tokens/sessions.ts";
import { type HubScope, type Role, SCOPES } from "../../../src/hub/tokens/scopes.ts";
import { randomText } from "../../../src/core/ids.ts";
import type { UpstreamOptions } from "../../../src/hub/upstream/upstream.ts";
import type { Probe } from "../../../src/hub/vault/probe-key.ts";
import type { PostgresDatabase } from "./postgres.ts";

export interface HubRig {
  readonly hub: RunningHub;
  readonly options: HubOptions;
  readonly init: InitResult;
  readonly logged: readonly string[];
  /** A tenant with one workspace. */
  tenant(name?: string): Promise<{ tenantId: string; workspaceId: string }>;
  /** A person of a workspace, logged in. */
  person(
    place: { tenantId: string; workspaceId: string },
    role?: Role,
    more?: { isTenantAdmin?: boolean; scopes?: readonly HubScope[] },
  ): Promise<Person>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  destroy(): Promise<void>;
}

export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly tokens: TokenPair;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export interface RigOptions {
  readonly database?: PostgresDatabase;
  readonly clock?: Clock;
  readonly upstream?: UpstreamOptions;
  readonly probe?: Probe;
  readonly lastUseEveryMs?: number;
  readonly pollEveryMs?: number;
  readonly trustedProxies?: readonly string[];
  readonly limit?: RateLimit;
}

/** No test reaches a provider of the real world. */
const askNobody: Probe = async () => ({ outcome: "unknown", status: null, reason: "nobody was asked" });

export async function startHubRig({
  database,
  clock,
  upstream,
  trustedProxies = [],
  probe = askNobody,
  ...serving
}: RigOptions = {}): Promise<HubRig> {
  const dataDir = mkdtempSync(join(tmpdir(), "keyward-hub-"));
  const logged: string[] = [];
  const log: HubLog = {
    info: (event, fields) => logged.push(JSON.stringify({ event, ...fields })),
    error: (event, fields) => logged.push(JSON.stringify({ level: "error", event, ...fields })),
  };
  const base: HubOptions = {
    dataDir,
    databaseUrl: database?.url,
    ownerUrl: database?.ownerUrl,
    rootKey: {},
    host: "127.0.0.1",
    port: 0,
    tls: null,
    publicUrl: undefined,
    upstream: upstream ?? null,
    trustedProxies,
  };
  const timed = clock === undefined ? {} : { clock };
  const init = await initHub({ options: base, log, ...timed });
  const options = { ...base, rootKey: { file: join(dataDir, "root.key") } };
  const hub = await serveHub({ options, log, probe, ...timed, ...serving });
  const { storage } = hub.parts;
  return {
    hub,
    options,
    init,
    logged,
    tenant: async (name = `Tenant ${randomText(4)}`) => await storage.within({}, (tx) => createTenant(tx, hub.parts, name)),
    person: async (
      { tenantId, workspaceId },
      role = "member",
      { isTenantAdmin = false, scopes = Object.keys(SCOPES) as HubScope[] } = {},
    ) =>
      await storage.within({}, async (tx) => {
        const nowMs = hub.parts.clock.nowMs();
        const email = `${randomText(8).toLowerCase()}@example.com`;
        const user = await addUser(tx, { email, name: "Ada", passwordHash: null, subject: null, nowMs });
        const belonging = { tenantId, user, nowMs };
        await joinTenant(tx, belonging, isTenantAdmin ? "tenant_admin" : "tenant_member");
        await joinWorkspace(tx, belonging, { workspaceId, role });
        const login = { tenantId, workspaceId, userId: user.user_id, scopes, label: "test", ip: "127.0.0.1", userAgent: "test" };
        return { userId: user.user_id, email, tokens: await beginSession(tx, hub.parts, login) };
      }),
    call: async (method, path, { token, body, headers = {} } = {}) => {
      const response = await fetch(hub.url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json") === true;
      return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
    },
    destroy: async () => {
      await hub.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
