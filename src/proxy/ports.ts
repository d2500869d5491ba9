// What the proxy needs from the rest of the daemon, as functions. daemon/wire.ts hands in the real ones, tests their own.
// Nothing in proxy/ reads the store, the clock, settings or providers/ by itself.
import type { SecureContext } from "node:tls";
import type { AuditSink } from "../audit/sink.ts";
import type { Connection, ConnectionRef, Credential, Origin } from "../core/connection.ts";
import type { Clock } from "../core/clock.ts";
import type { RuleLayer } from "../core/run.ts";
import type { Secret } from "../core/secret.ts";
import type { Place, Provider } from "../providers/schema.ts";
import type { CapturePoint, CapturePort } from "./capture/capture-port.ts";
import type { ScrubMode } from "./scrub/armed.ts";

/** One connection a live run may use: what the child was given, and the connection as it is now. */
export interface Binding extends ConnectionRef {
  readonly definition: Provider;
  readonly origins: readonly Origin[];
  readonly placeholders: Readonly<Record<string, string>>;
  /** The run's choice for its provider when a request shows no placeholder. */
  readonly isDefault: boolean;
  /** null: logged out since the run began; requests for it are refused, never sent. */
  readonly connection: Connection | null;
}

/** A placeholder and the connection it stands for. */
export interface KnownPlaceholder {
  readonly text: string;
  readonly owner: ConnectionRef;
}

/** A real key and the connection it is stored for. */
export interface KnownSecret {
  readonly secret: Secret;
  readonly owner: ConnectionRef;
}

export interface LiveRun {
  readonly id: string;
  readonly layers: readonly RuleLayer[];
  /** Resolved now, so that a login, rotation or logout takes effect with the next request. */
  bindings(): readonly Binding[];
  /** Token endpoints whose answers are looked at; absent: none. The same array until something changes. */
  captures?(): readonly CapturePoint[];
  countRequest(isDenied: boolean): void;
}

/** A proxy between keyward and the network. */
export interface ParentProxy {
  /** `http://` or `https://`, maybe with credentials. */
  readonly url: Secret;
  /** Where it was set, for messages: `upstream.proxy`, `HTTPS_PROXY`. */
  readonly source: string;
  /** Entries of NO_PROXY: hosts reached without it. */
  readonly noProxy: readonly string[];
}

/** How upstream sockets are made; read anew for every dial, so `config set` takes effect without a restart. */
export interface DialSettings {
  /** CIDRs dialled although private or reserved. */
  readonly allow: readonly string[];
  /** `HOST:PORT=ADDRESS:PORT` */
  readonly resolve: readonly string[];
  readonly proxy: ParentProxy | null;
  /** System roots plus `upstream.ca_file`, PEM; undefined = Node's own roots. */
  readonly roots: string | readonly string[] | undefined;
}

/** providers/match.ts: the alternatives of places that apply at host, port and path; null = not the provider's. */
export type MatchPlaces = (
  provider: Provider,
  at: { readonly host: string; readonly port: number; readonly path: string },
) => readonly (readonly Place[])[] | null;

/** What the refused request carried. */
export interface CredentialRefusal {
  readonly connection: Connection;
  readonly credential: Credential;
  readonly isSecond: boolean;
}

export interface ProxyPorts {
  readonly matchPlaces: MatchPlaces;
  readonly clock: Clock;
  readonly audit: AuditSink;
  /** Constant-time; null for an unknown, ended or expired run or a wrong token. */
  authenticate(runId: string, token: string): LiveRun | null;
  /** Neither ended nor expired at this moment. Asked of every request that leaves with a credential: quick. */
  isRunLive(runId: string): boolean;
  /** What the process at the other end of a loopback connection was started with; null unless it is one that cannot send credentials. */
  peerToken(connection: { readonly peerPort: number; readonly ownPort: number }): Promise<{ runId: string; token: string } | null>;
  /** Every placeholder of the run's profile, bound or not, for leak refusals. The same array until one is added. */
  knownPlaceholders(run: LiveRun): readonly KnownPlaceholder[];
  /** Every secret stored in the run's profile, bound or not, for leak refusals. The same array until a connection changes. */
  knownSecrets(run: LiveRun): readonly KnownSecret[];
  /** The credential valid for at least 60 s. @throws LOGIN_REQUIRED, LOGIN_EXPIRED, STORE_* */
  credential(connection: Connection): Promise<Credential>;
  /** Whether another credential of this connection can perhaps be had without a person. Asked of every request: quick. */
  isRenewable(connection: Connection): boolean;
  /**
   * An upstream answered 401 to this credential. true: another one is there by now, so the request may be sent again; `isSecond` says
   * that it has been already. @throws LOGIN_EXPIRED when only a person can help
   */
  afterRefusal(refusal: CredentialRefusal): Promise<boolean>;
  /** What the settings say about this connection's credential in answers; null: nothing. */
  scrubMode(connection: ConnectionRef): ScrubMode | null;
  /** Keeps tokens that come back through the proxy; absent: nothing is captured. */
  readonly capture?: CapturePort;
  /** TLS context with a leaf minted for `host` by the authority the run's child trusts. */
  secureContextFor(host: string, run: LiveRun): SecureContext;
  /** The settings, and what the run's own environment adds to them. */
  dialSettings(runId: string): DialSettings;
  /** Loopback ports of this daemon (proxy, login form): never dialled through the proxy. */
  ownPorts(): readonly number[];
  log(level: "error" | "warn" | "info" | "debug", event: string, detail?: Readonly<Record<string, unknown>>): void;
}
