// The real proxy with hand-made runs and connections around it: what a daemon would wire, without store or control socket.
// In: bindings and dial settings. Out: a listening proxy, a client that speaks through it, the audit lines it wrote.
import { once } from "node:events";
import { Agent, request as httpsRequest } from "node:https";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { AuditRecord } from "../../src/audit/sink.ts";
import { createAuthority } from "../../src/certs/authority.ts";
import { LeafCache } from "../../src/certs/leaf-cache.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { Connection, Credential } from "../../src/core/connection.ts";
import { randomText } from "../../src/core/ids.ts";
import type { RuleLayer } from "../../src/core/run.ts";
import { Secret } from "../../src/core/secret.ts";
import { matchPlaces } from "../../src/providers/match.ts";
import { type Provider, providerSchema } from "../../src/providers/schema.ts";
import type { Binding, DialSettings, LiveRun, ProxyPorts } from "../../src/proxy/ports.ts";
import { type Proxy, startProxy } from "../../src/proxy/start-proxy.ts";
import type { TlsUpstream } from "./tls-upstream.ts";

export interface RigConnection {
  readonly binding: Binding;
  readonly credential: Credential;
  /** Field name → the real value. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A definition in a few words, with everything the schema defaults. */
export function makeProvider(definition: Record<string, unknown>): Provider {
  return providerSchema.parse({
    name: "Test",
    category: "other",
    fields: [{ name: "key", label: "Key" }],
    sources: ["test"],
    examples: { match: ["GET https://x.test/"], ignore: ["GET https://y.test/"] },
    ...definition,
  });
}

export const bearerProvider = makeProvider({
  id: "acme",
  endpoints: [{ host: "api.acme.test" }],
  inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}", "token {key}"] }]],
});

/** A connection of `provider` with random secrets and placeholders. */
export function makeConnection(
  provider: Provider,
  options: { name?: string; isDefault?: boolean; isLoggedOut?: boolean; kind?: Connection["kind"] } = {},
): RigConnection {
  const name = options.name ?? "default";
  const origins = provider.endpoints.map(({ host, port }) => ({ host, port }));
  const text = (prefix: string) =>
    Object.fromEntries(provider.fields.map((field) => [field.name, `${prefix}-${field.name}-${randomText(24)}`]));
  const secrets = text("real");
  const publicFields = Object.fromEntries(provider.fields.filter((f) => !f.secret).map((f) => [f.name, secrets[f.name] ?? ""]));
  const given = text("ph");
  const placeholders = Object.fromEntries(provider.fields.filter((f) => f.secret).map((f) => [f.name, given[f.name] ?? ""]));
  const connection: Connection = {
    provider: provider.id,
    name,
    id: `con_${randomText(16)}`,
    kind: options.kind ?? "api_key",
    isDefault: options.isDefault ?? true,
    origins,
    placeholders,
    publicFields,
    createdAtMs: 0,
    expiresAtMs: null,
    lastUsedAtMs: null,
  };
  const fields = Object.fromEntries(Object.entries(secrets).map(([field, value]) => [field, new Secret(value)]));
  return {
    binding: {
      provider: provider.id,
      name,
      definition: provider,
      origins,
      placeholders,
      isDefault: connection.isDefault,
      connection: options.isLoggedOut === true ? null : connection,
    },
    credential: { connectionId: connection.id, fields, expiresAtMs: null },
    secrets,
  };
}

export interface RigRun {
  readonly run: LiveRun;
  readonly token: string;
  readonly counts: { requests: number; denied: number };
  /** What the run binds; a test may change it while the run lives. */
  bindings: Binding[];
}

export interface Rig {
  readonly proxy: Proxy;
  readonly caPem: string;
  readonly audit: (AuditRecord & { readonly isRelease: boolean })[];
  readonly logs: string[];
  readonly settings: { -readonly [K in keyof DialSettings]: DialSettings[K] };
  /** What the proxy is told; a test may give runs different answers. */
  dialSettings: ProxyPorts["dialSettings"];
  addRun(connections: readonly RigConnection[], layers?: readonly RuleLayer[]): RigRun;
  /** Its token is worth nothing from now on. */
  endRun(run: RigRun): void;
  close(): Promise<void>;
}

export async function startRig(
  options: { upstreams?: readonly TlsUpstream[]; hosts?: readonly string[]; overrides?: Partial<ProxyPorts> } = {},
): Promise<Rig> {
  const authority = createAuthority(Date.now());
  const leaves = new LeafCache(authority, systemClock);
  const runs = new Map<string, RigRun>();
  const credentials = new Map<string, Credential>();
  let known: { text: string; owner: Binding }[] = [];
  let secrets: { secret: Secret; owner: Binding }[] = [];
  const audit: Rig["audit"] = [];
  const logs: string[] = [];
  const settings: Rig["settings"] = {
    allow: ["127.0.0.0/8", "::1"],
    resolve: (options.upstreams ?? []).flatMap((upstream) => upstream.resolveEntries(options.hosts ?? ["api.acme.test"])),
    proxy: null,
    roots: (options.upstreams ?? []).map((upstream) => upstream.authority.certificatePem),
  };
  let proxy: Proxy | null = null;
  const ports: ProxyPorts = {
    clock: systemClock,
    audit: {
      release: async (record) => void audit.push({ ...record, isRelease: true }),
      complete: (record) => void audit.push({ ...record, isRelease: false }),
      append: (record) => void audit.push({ ...record, isRelease: false }),
    },
    authenticate: (id, token) => (runs.get(id)?.token === token ? (runs.get(id)?.run ?? null) : null),
    isRunLive: (id) => runs.has(id),
    peerToken: () => Promise.resolve(null),
    knownPlaceholders: () => known,
    knownSecrets: () => secrets,
    matchPlaces,
    credential: (connection) => Promise.resolve(credentials.get(connection.id) as Credential),
    scrubMode: () => null,
    isRenewable: ({ kind }) => kind === "oauth2",
    afterRefusal: () => Promise.resolve(false),
    secureContextFor: (host) => leaves.secureContextFor(host),
    dialSettings: (runId) => rig.dialSettings(runId),
    ownPorts: () => (proxy === null ? [] : [proxy.port]),
    log: (level, event, detail) => void logs.push(JSON.stringify({ level, event, detail })),
    ...options.overrides,
  };
  proxy = await startProxy(ports, { port: 0 });
  const started = proxy;
  const rig: Rig = {
    dialSettings: () => settings,
    proxy,
    caPem: authority.certificatePem,
    audit,
    logs,
    settings,
    addRun(connections, layers = []) {
      for (const { binding, credential } of connections) {
        credentials.set(credential.connectionId, credential);
        // New arrays: who searches for them keeps what it made as long as they are the same.
        known = [...known, ...Object.values(binding.placeholders).map((text) => ({ text, owner: binding }))];
        const hidden = Object.entries(credential.fields).filter(([field]) => Object.hasOwn(binding.placeholders, field));
        secrets = [...secrets, ...hidden.map(([, secret]) => ({ secret, owner: binding }))];
      }
      const counts = { requests: 0, denied: 0 };
      const run: LiveRun = {
        id: `run_${randomText(16)}`,
        layers,
        bindings: () => added.bindings,
        countRequest: (isDenied) => {
          counts.requests += 1;
          if (isDenied) counts.denied += 1;
        },
      };
      const added: RigRun = { run, token: randomText(43), counts, bindings: connections.map(({ binding }) => binding) };
      runs.set(run.id, added);
      return added;
    },
    endRun: (run) => void runs.delete(run.run.id),
    close: () => started.close(),
  };
  return rig;
}

export function proxyAuthorization(run: RigRun): string {
  return `Basic ${Buffer.from(`${run.run.id}:${run.token}`).toString("base64")}`;
}

/** CONNECT by hand. Resolves with the status line and the socket, whatever the status. */
export async function openConnect(rig: Rig, target: string, authorization: string | null): Promise<{ head: string; socket: Socket }> {
  const socket = connectTcp(rig.proxy.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization === null ? "" : `Proxy-Authorization: ${authorization}\r\n`}\r\n`,
  );
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const chunk = (await Promise.race([once(socket, "data"), once(socket, "end").then(() => [null])]))[0] as Buffer | null;
    if (chunk === null) break;
    head += chunk.toString("latin1");
  }
  return { head, socket };
}

/** TLS through the proxy to `host:port`, trusting keyward's CA alone. */
export async function openTls(
  rig: Rig,
  run: RigRun,
  options: { host: string; port?: number; sni?: string; protocols?: string[] },
): Promise<TLSSocket> {
  const { head, socket } = await openConnect(rig, `${options.host}:${options.port ?? 443}`, proxyAuthorization(run));
  if (!head.startsWith("HTTP/1.1 200")) throw new Error(`CONNECT: ${head.split("\r\n", 1)[0]}`);
  const offer = options.protocols === undefined ? {} : { ALPNProtocols: options.protocols };
  const secured = connectTls({ socket, servername: options.sni ?? options.host, ca: rig.caPem, ...offer });
  await once(secured, "secureConnect");
  return secured;
}

/** Sends raw bytes on an intercepted connection and returns everything that came back until the proxy closed it or `until` fits. */
export async function exchangeRaw(socket: TLSSocket, bytes: string, until?: RegExp): Promise<string> {
  socket.write(bytes, "latin1");
  let heard = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    heard += (chunk as Buffer).toString("latin1");
    if (until?.test(heard)) break;
  }
  return heard;
}

/** An agent whose connections run through the proxy; close it with `destroy()`. */
export function proxyAgent(rig: Rig, run: RigRun, options: { keepAlive?: boolean } = {}): Agent {
  const agent = new Agent({ keepAlive: options.keepAlive ?? true });
  const create = (
    target: { host?: string; port?: number | string },
    done: (error: Error | null, socket?: TLSSocket) => void,
  ): undefined => {
    openTls(rig, run, { host: target.host ?? "", port: Number(target.port ?? 443) }).then(
      (socket) => done(null, socket),
      (error: Error) => done(error),
    );
    return undefined;
  };
  agent.createConnection = create as unknown as Agent["createConnection"];
  return agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** One request over `agent`, answered whole. */
export function send(
  agent: Agent,
  options: { host: string; path?: string; method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: options.host,
      path: options.path ?? "/",
      method: options.method ?? "GET",
      headers: options.headers,
      agent,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end(options.body);
  });
}
