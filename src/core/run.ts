// A run: one `keyward run -- cmd`. What it binds, what it may do, and how it is known again after a daemon restart.
import type { ConnectionRef, Origin } from "./connection.ts";
import type { Secret } from "./secret.ts";

/** How far a run's child is kept from the daemon: not at all, by a sandbox, by another user's daemon, by both (docs/threat-model.md). */
export type RunLevel = "L0" | "L1" | "L2" | "L1+L2";

/** One layer of rules. A request must be permitted by every layer, so a further layer can only narrow. */
export interface RuleLayer {
  /** Host patterns that `denyUnmatched` lets through although no provider owns them. */
  readonly allow: readonly string[];
  /** Host patterns refused, bound or not. Wins over everything. */
  readonly deny: readonly string[];
  /** Refuse every host that is neither bound nor allowed. */
  readonly denyUnmatched: boolean;
  /** Once a provider has a rule here, only requests that fit one of its rules pass. */
  readonly rules: readonly RequestRule[];
}

/** `github:GET,HEAD /repos/**` */
export interface RequestRule {
  readonly provider: string;
  /** Upper case; empty = any method. */
  readonly methods: readonly string[];
  /** Path glob: `*` within a segment, `**` over segments. */
  readonly path: string;
}

/** What a run asked to bind: everything connected, or a list. */
export interface RunSelection {
  /** One connection per provider chosen by name (`--connection openai=work`). */
  readonly connections: readonly ConnectionRef[];
  /** Providers bound with their default connection only (`--provider github`); both lists empty = all. */
  readonly providers: readonly string[];
}

/** What the child was given for one connection. Kept with the run, so that a logout cannot turn a bound host into a tunnel. */
export interface BoundConnection extends ConnectionRef {
  readonly origins: readonly Origin[];
  readonly placeholders: Readonly<Record<string, string>>;
}

export interface RunRecord {
  /** `run_…`; the user name of the run's proxy URL. */
  readonly id: string;
  /** SHA-256 of the run token, hex. The token itself is only in the child's environment. */
  readonly tokenHash: string;
  /** argv[0] only: arguments may hold anything. */
  readonly command: string;
  readonly selection: RunSelection;
  readonly bound: readonly BoundConnection[];
  readonly layers: readonly RuleLayer[];
  /** The `run` process that keeps the run alive; null for a run that lives until `expiresAtMs`. */
  readonly owner: ProcessIdentity | null;
  readonly startedAtMs: number;
  readonly expiresAtMs: number | null;
  /** What the user's environment said about the way out; null = nothing. */
  readonly network: RunNetwork | null;
  /** Providers whose token endpoints are looked at although none of their connections may be bound; missing = none. */
  readonly captures?: readonly string[];
  /** Missing in records of earlier versions: L0. */
  readonly level?: RunLevel;
}

/** The network as the environment that started a run describes it; it counts for this run's upstream connections only. */
export interface RunNetwork {
  readonly proxy: {
    /** `http://` or `https://`, maybe with credentials. */
    readonly url: Secret;
    /** The variable that named it. */
    readonly source: string;
    /** Entries of NO_PROXY. */
    readonly noProxy: readonly string[];
  } | null;
  /** PEM files with roots the user trusts beside the system's, absolute. */
  readonly caFiles: readonly string[];
}

/** A process that a reused pid cannot impersonate. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque start stamp of that pid (from /proc or ps); "" where the platform gives none. */
  readonly startedAt: string;
}

/**
 * How much of a run the hub is told: `full`, the program as it was called and its connections; `summary`, the program's bare name instead;
 * `redacted`, neither: ids, times and counts alone.
 */
export const CONTENT_MODES = ["full", "summary", "redacted"] as const;
export type ContentMode = (typeof CONTENT_MODES)[number];
