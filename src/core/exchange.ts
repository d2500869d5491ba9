// One request as data: each step of the proxy takes the record of the step before and returns a larger one, so that
// skipping a step (injecting before the rule check, say) does not compile. Per-connection facts sit in `Tunnel`.
// docs/request.md tells the same story in words.
import type { Connection, Credential } from "./connection.ts";
import type { Authority } from "./host.ts";
import type { RawHeaders } from "./headers.ts";

/** 1 admit: a socket that showed a live run's token. */
export interface Admitted {
  readonly runId: string;
}

/** 2 route, 3 terminate: where this tunnel goes. The only authority that counts for everything inside it. */
export interface Tunnel extends Admitted {
  readonly authority: Authority;
  /** http: an absolute-form request in clear; it is forwarded, but never gets a credential. */
  readonly scheme: "https" | "http";
}

/** The port a URL of the scheme means when it names none. */
export function ownPort(scheme: Tunnel["scheme"]): number {
  return scheme === "https" ? 443 : 80;
}

/** 4 receive: one well-formed request whose Host names the tunnel's authority. */
export interface Received extends Tunnel {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly method: string;
  /** What its Host, or `:authority`, says: the tunnel's, or the request is refused. */
  readonly named: Authority;
  /** Origin form, as sent: `/v1/models?limit=2`. */
  readonly target: string;
  /** The path of `target`, without query. */
  readonly path: string;
  readonly headers: RawHeaders;
  /** Set only when a place of the provider has to be looked for in the body. */
  readonly body?: BodyStart | undefined;
}

/** What was read of a request's body before anything was decided. */
export interface BodyStart {
  readonly bytes: Buffer;
  /** Nothing follows. */
  readonly isWhole: boolean;
}

/** A provider whose definition covers this host and path: its places, alternatives in order of preference. */
export interface Candidate<P> {
  readonly provider: string;
  readonly alternatives: readonly (readonly P[])[];
}

/*
 * The steps grow a record field by field, in the functions below each type: an object spread with more fields behind it is built in
 * the engine's slow path, and a request that goes through five of them pays more for that than for its TLS.
 */

/** 5 match: what could be injected here (nothing: an intercepted host, but not a path of the provider). Rules permit it. */
export interface Matched<P = unknown> extends Received {
  readonly candidates: readonly Candidate<P>[];
}

export function toMatched<P>(received: Received, candidates: readonly Candidate<P>[]): Matched<P> {
  const { runId, authority, scheme, requestId, startedAtMs, method, named, target, path, headers, body } = received;
  return { runId, authority, scheme, requestId, startedAtMs, method, named, target, path, headers, body, candidates };
}

/** 6 pick: which connection; null: nothing to inject (`own`: the child brought its own credential; `none`: no place here). */
export interface Picked<P = unknown> extends Matched<P> {
  readonly choice: Choice<P> | null;
  readonly slots: "injected" | "filled" | "own" | "none";
}

export function toPicked<P>(matched: Matched<P>, choice: Choice<P> | null, slots: Picked["slots"]): Picked<P> {
  const { runId, authority, scheme, requestId, startedAtMs, method, named, target, path, headers, body, candidates } = matched;
  return { runId, authority, scheme, requestId, startedAtMs, method, named, target, path, headers, body, candidates, choice, slots };
}

export interface Choice<P = unknown> {
  readonly connection: Connection;
  readonly placeholders: Readonly<Record<string, string>>;
  /** The alternatives to look for placeholders in, or the one to fill. */
  readonly alternatives: readonly (readonly P[])[];
  /** injected: a placeholder is replaced · filled: the slot was empty. */
  readonly how: "injected" | "filled";
  /** The placeholder stood here, where a credential of this kind does not go: it is taken out, and the credential filled in. */
  readonly cleared?: readonly P[];
}

/** 7 freshen: the credential in hand. */
export interface Freshened<P = unknown> extends Picked<P> {
  readonly choice: Choice<P>;
  readonly credential: Credential;
}

export function toFreshened<P>(picked: Picked<P>, choice: Choice<P>, credential: Credential): Freshened<P> {
  const { runId, authority, scheme, requestId, startedAtMs, method, named, target, path, headers, body, candidates, slots } = picked;
  return {
    runId,
    authority,
    scheme,
    requestId,
    startedAtMs,
    method,
    named,
    target,
    path,
    headers,
    body,
    candidates,
    slots,
    choice,
    credential,
  };
}

/** 8 inject: what leaves for the upstream. */
export interface Outgoing {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  /** As received: what stands in the body is replaced while it streams (proxy/body). */
  readonly body?: BodyStart | undefined;
}

export function withHeaders({ method, target, body }: Outgoing, headers: RawHeaders): Outgoing {
  return { method, target, headers, body };
}

export function withTarget({ method, headers, body }: Outgoing, target: string): Outgoing {
  return { method, target, headers, body };
}
