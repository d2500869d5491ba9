// What capturing tokens needs from the rest of the daemon, and what it hands over. Types only; daemon/capture implements the port.
import type { AuditRecord } from "../../audit/sink.ts";
import type { Connection, Origin } from "../../core/connection.ts";
import type { Secret } from "../../core/secret.ts";
import type { Capture } from "../../providers/oauth/capture-schema.ts";
import type { Provider } from "../../providers/schema.ts";
import type { LiveRun } from "../ports.ts";

/** A token endpoint that a run looks at. */
export interface CapturePoint {
  readonly definition: Provider;
  readonly capture: Capture;
  /** Intercepted for it: the endpoint itself and, for a provider that the run asked to capture, the hosts its new token will go to. */
  readonly origins: readonly Origin[];
  /** The run named the provider, so that rules which refuse everything unbound let it through. */
  readonly isAsked: boolean;
}

/** Whom the tool was at the token endpoint; the next refresh of keyward's own says the same. */
export interface TokenClient {
  readonly id: string;
  readonly secret: Secret | null;
  readonly auth: "post" | "basic";
  readonly body: "form" | "json";
}

export interface CapturedTokens {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  readonly expiresAtMs: number | null;
  /** As granted; null = the answer does not say. */
  readonly scopes: readonly string[] | null;
  /** When they were asked for. */
  readonly obtainedAtMs: number;
}

export interface CapturedLogin {
  readonly run: LiveRun;
  readonly point: CapturePoint;
  readonly field: string;
  readonly tokens: CapturedTokens;
  readonly client: TokenClient;
  readonly tokenUrl: string;
  readonly request: Pick<AuditRecord, "requestId" | "runId" | "method" | "host" | "port" | "path">;
}

/** What the child gets in place of the tokens. */
export interface StandIns {
  readonly access: string;
  readonly refresh: string | null;
}

export interface CapturePort {
  /** Keeps the tokens of a new login as a connection that the run binds from now on. @throws AUDIT_FAILED, STORE_*, RUN_UNKNOWN */
  store(login: CapturedLogin): StandIns;
  /**
   * Lets the tool trade its connection's refresh token at the stored token endpoint and at no other, with nobody else trading it meanwhile.
   * @param exchange gets the real one; what it brings is stored before this resolves; null = the server gave nothing
   * @throws PLACEHOLDER_LEAK, LOGIN_REQUIRED, LOGIN_EXPIRED, STORE_*, what `exchange` throws
   */
  renew(connection: Connection, tokenUrl: string, exchange: (refreshToken: Secret) => Promise<CapturedTokens | null>): Promise<StandIns>;
}
