// One request as data: each step of the proxy takes the record of the step before and returns a larger one, so that
// skipping a step (injecting before the rule check, say) does not compile. Per-connection facts sit in `Tunnel`.
// docs/request.md tells the same story in words.
import type { Connection, Credential } from "./connection.ts";
import type { Authority } from "./host.ts";
import type { RawHeaders } from "./headers.ts";
import type { KeywardError } from "./errors.ts";

/** 1 admit: a socket that showed a live run's token. */
export interface Admitted {
  readonly runId: string;
}

/** 2 route, 3 terminate: where this tunnel goes. The only authority that counts for everything inside it. */
export interface Tunnel extends Admitted {
  readonly authority: Authority;
}

/** 4 receive: one well-formed request whose Host names the tunnel's authority. */
export interface Received extends Tunnel {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly method: string;
  /** Origin form, as sent: `/v1/models?limit=2`. */
  readonly target: string;
  /** The path of `target`, without query. */
  readonly path: string;
  readonly headers: RawHeaders;
}

/** 5 match: a provider's definition covers this host and path, and the run's rules permit the request. */
export interface Matched<P = unknown> extends Received {
  readonly provider: string;
  /** Alternatives of places that apply here, in order of preference. */
  readonly alternatives: readonly (readonly P[])[];
}

/** What the request's declared slots held before injection. */
export type SlotState = "placeholder" | "empty" | "own";

/** 6 pick: which connection; `own` means the child brought its own credential and nothing is injected. */
export type Picked<P = unknown> = Matched<P> &
  ({ readonly slots: "placeholder" | "empty"; readonly connection: Connection } | { readonly slots: "own"; readonly connection: null });

/** 7 freshen: the credential in hand. */
export type Freshened<P = unknown> = Matched<P> & {
  readonly slots: "placeholder" | "empty";
  readonly connection: Connection;
  readonly credential: Credential;
};

/** 8 inject: what leaves for the upstream. */
export interface Outgoing {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
}

/** 10 respond: how it ended. */
export interface Outcome {
  readonly status: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly ms: number;
  readonly error: KeywardError | null;
}
