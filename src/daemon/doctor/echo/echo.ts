// A proxy of its own in front of the echo, with one run a client: admit, TLS, match, injection, forward and audit are the real
// ones, the connection is made up and its credential worthless. Nothing of it is in the profile, its store or its audit.
// In: an authority the clients are told to trust, a private directory. Out: runs to start clients with, what was seen of each.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditLog, openAudit } from "../../../audit/open-audit.ts";
import { type AuditVerdict, verifyAudit } from "../../../audit/verify-audit.ts";
import { LeafCache } from "../../../certs/leaf-cache.ts";
import type { EchoSeen } from "../../../control/findings.ts";
import type { RunStarted } from "../../../control/protocol.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Connection, Credential } from "../../../core/connection.ts";
import { newId, newToken, randomText } from "../../../core/ids.ts";
import { Secret } from "../../../core/secret.ts";
import { matchPlaces } from "../../../providers/match.ts";
import type { Binding, LiveRun, ProxyPorts } from "../../../proxy/ports.ts";
import { type Proxy, startProxy } from "../../../proxy/start-proxy.ts";
import type { StoredAuthority } from "../../../store/profile-store.ts";
import { PeerTokens } from "../../proxy/peer-token.ts";
import { ECHO_ENV, ECHO_HOST, echoProvider } from "./echo-provider.ts";
import { type EchoServer, startEchoServer } from "./echo-server.ts";

export interface EchoOptions {
  readonly authority: StoredAuthority;
  readonly clock: Clock;
  /** Empty and private. */
  readonly directory: string;
  readonly clients: readonly string[];
  /** Loopback ports of the daemon. */
  readonly ownPorts: () => readonly number[];
}

interface EchoRun {
  readonly client: string;
  readonly token: Secret;
  readonly started: RunStarted;
  readonly live: LiveRun;
  isRouted: boolean;
  handshake: string | null;
}

/** What is sent here is nobody's. */
const NO_SECRETS: ReturnType<ProxyPorts["knownSecrets"]> = [];

export class Echo {
  readonly #options: EchoOptions;
  readonly #binding: Binding;
  readonly #credential: Credential;
  readonly #server: EchoServer;
  readonly #audit: AuditLog;
  readonly #auditPath: string;
  readonly #runs = new Map<string, EchoRun>();
  #proxy: Proxy | null = null;

  private constructor(options: EchoOptions, server: EchoServer, key: string) {
    this.#options = options;
    this.#server = server;
    this.#binding = makeBinding(options.clock.nowMs());
    const connectionId = this.#binding.connection?.id ?? "";
    this.#credential = { connectionId, fields: { key: new Secret(key) }, expiresAtMs: null };
    this.#auditPath = join(options.directory, "audit.jsonl");
    this.#audit = openAudit({ path: this.#auditPath, clock: options.clock });
  }

  static async open(options: EchoOptions): Promise<Echo> {
    const key = `echo-${randomText(40)}`;
    const server = await startEchoServer(`Bearer ${key}`, options.clock.nowMs());
    try {
      const echo = new Echo(options, server, key);
      await echo.#listen();
      return echo;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  get runs(): readonly Pick<EchoRun, "client" | "started">[] {
    return [...this.#runs.values()];
  }

  get port(): number {
    return this.#proxy?.port ?? 0;
  }

  seen(): EchoSeen[] {
    return [...this.#runs.values()].map((run) => this.#seenOf(run));
  }

  /** The chain of the records that the requests left. */
  verify(): Promise<AuditVerdict> {
    this.#audit.flush();
    return verifyAudit(this.#auditPath);
  }

  async close(): Promise<void> {
    await this.#proxy?.close();
    await this.#server.close();
    this.#audit.close();
  }

  async #listen(): Promise<void> {
    const { directory, authority, clients } = this.#options;
    this.#proxy = await startProxy(this.#ports(), { port: 0 });
    const certificatePath = join(directory, "ca.pem");
    writeFileSync(certificatePath, authority.certificatePem, { mode: 0o600 });
    for (const client of clients) this.#addRun(client, { proxyPort: this.#proxy.port, certificatePath });
  }

  #addRun(client: string, at: { readonly proxyPort: number; readonly certificatePath: string }): void {
    const token = newToken();
    const runId = newId("run");
    // Whatever is not the echo is refused: these tokens open the way to loopback.
    const layers = [{ allow: [], deny: [], denyUnmatched: true, rules: [] }];
    const env = { [ECHO_ENV]: this.#binding.placeholders["key"] ?? "" };
    const plan = { connections: [{ provider: "keyward-echo", name: "default", hosts: [ECHO_HOST], env: {} }], layers };
    this.#runs.set(runId, {
      client,
      token: new Secret(token),
      started: {
        runId,
        token,
        proxyPort: at.proxyPort,
        env,
        placeholderNames: [ECHO_ENV],
        tlsPorts: [],
        level: "L0",
        caCertificatePath: at.certificatePath,
        plan,
      },
      live: { id: runId, layers, bindings: () => [this.#binding], countRequest: () => undefined },
      isRouted: false,
      handshake: null,
    });
  }

  #ports(): ProxyPorts {
    const { authority, clock, ownPorts } = this.#options;
    const leaves = new LeafCache(authority, clock);
    const peers = new PeerTokens();
    const { provider, name } = this.#binding;
    const known = [{ text: this.#binding.placeholders["key"] ?? "", owner: { provider, name } }];
    const settings = {
      allow: ["127.0.0.1/32"],
      resolve: [`${ECHO_HOST}:443=127.0.0.1:${this.#server.port}`],
      proxy: null,
      roots: this.#server.root,
    };
    return {
      matchPlaces,
      clock,
      audit: this.#audit,
      authenticate: (runId, token) => this.#authenticate(runId, token),
      isRunLive: (runId) => this.#runs.has(runId),
      peerToken: (connection) => peers.find(connection),
      knownPlaceholders: () => known,
      knownSecrets: () => NO_SECRETS,
      credential: async () => this.#credential,
      isRenewable: () => false,
      scrubMode: () => null,
      afterRefusal: async () => false,
      secureContextFor: (host) => leaves.secureContextFor(host),
      dialSettings: () => settings,
      ownPorts: () => [...ownPorts(), ...(this.#proxy === null ? [] : [this.#proxy.port])],
      log: (_level, _event, detail) => this.#noteHandshake(detail),
    };
  }

  #authenticate(runId: string, token: string): LiveRun | null {
    const run = this.#runs.get(runId);
    if (run === undefined || !run.token.equals(new Secret(token))) return null;
    run.isRouted = true;
    return run.live;
  }

  #noteHandshake(detail: Readonly<Record<string, unknown>> = {}): void {
    const run = this.#runs.get(String(detail["runId"]));
    if (run !== undefined && typeof detail["reason"] === "string") run.handshake = tlsReason(detail["reason"]);
  }

  #seenOf(run: EchoRun): EchoSeen {
    const query = { run: run.started.runId, provider: null, sinceMs: null, denied: false, limit: 100 };
    const rows = this.#audit.list(query);
    const requests = rows.filter(({ method }) => method !== null && method !== "CONNECT");
    const isTrusted = requests.length > 0;
    const code = rows.findLast((row) => row.code !== null)?.code ?? null;
    return {
      client: run.client,
      routed: run.isRouted,
      trusted: isTrusted,
      injected: this.#server.injected.has(run.client),
      why: isTrusted ? code : (code ?? run.handshake),
    };
  }
}

function makeBinding(nowMs: number): Binding {
  const definition = echoProvider();
  const ref = { provider: definition.id, name: "default" };
  const origins = [{ host: ECHO_HOST, port: 443 }];
  const placeholders = { key: `placeholder-${randomText(32)}` };
  const connection: Connection = {
    ...ref,
    id: newId("con"),
    kind: "api_key",
    isDefault: true,
    origins,
    placeholders,
    publicFields: {},
    createdAtMs: nowMs,
    expiresAtMs: null,
    lastUsedAtMs: null,
  };
  return { ...ref, definition, origins, placeholders, isDefault: true, connection };
}

/** OpenSSL's word for the client's alert: `tls alert unknown ca`. */
function tlsReason(reason: string): string {
  return /alert [a-z ]+/.exec(reason)?.[0].trim() ?? "the client broke the TLS handshake off";
}
