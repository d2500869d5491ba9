// What begins and describes runs (run.*), as types; part of the protocol (protocol.ts).
// A token and placeholders come back, never a credential.
import type { ConnectionRef } from "../../core/connection.ts";
import type { ProcessIdentity, RuleLayer, RunLevel, RunSelection } from "../../core/run.ts";

export interface RunInfo {
  readonly id: string;
  readonly command: string;
  readonly pid: number | null;
  readonly startedAtMs: number;
  readonly expiresAtMs: number | null;
  readonly requests: number;
  readonly denied: number;
  readonly connections: readonly ConnectionRef[];
  readonly level: RunLevel;
}

export interface RunPlan {
  readonly connections: readonly {
    readonly provider: string;
    readonly name: string;
    readonly hosts: readonly string[];
    /** Environment name → "placeholder" or "value" (a field that is not secret). */
    readonly env: Readonly<Record<string, "placeholder" | "value">>;
  }[];
  readonly layers: readonly RuleLayer[];
  /** Token endpoints whose answers are looked at. */
  readonly captures?: readonly { readonly provider: string; readonly hosts: readonly string[] }[];
}

export interface RunStarted {
  readonly runId: string;
  readonly token: string;
  readonly proxyPort: number;
  /** Environment name → placeholder or public value. */
  readonly env: Readonly<Record<string, string>>;
  /** Names among `env` that hold a placeholder. */
  readonly placeholderNames: readonly string[];
  /** TLS ports other than 443 that bound providers use. */
  readonly tlsPorts: readonly number[];
  readonly caCertificatePath: string;
  /** The certificate itself, for a user who cannot read that path (run socket). */
  readonly caPem?: string;
  readonly level: RunLevel;
  readonly plan: RunPlan;
  /** Variables that hold secrets of bound connections, or lead to them: the command hands them over (vault.supply). */
  readonly variables?: readonly string[];
  /** What the person should know about this run. */
  readonly notice?: string;
}

/** A credential from the command's environment; bound for this run and kept in memory only. */
export interface GivenPair {
  /** Of the variable, which holds a placeholder in the child. */
  readonly name: string;
  readonly value: string;
  /** null = whichever provider declares the name. */
  readonly provider: string | null;
}

/** A token of the command's environment (KEYWARD_TOKEN) with the hub it is for: what that hub lends to it is bound for this run only. */
export interface HubAccess {
  readonly url: string;
  readonly token: string;
  readonly workspace: string | null;
}

export interface RunParams {
  readonly command: string;
  readonly selection: RunSelection;
  readonly layers: readonly RuleLayer[];
  /** Providers whose token endpoints are looked at, connected or not; absent = of those that are bound. */
  readonly captures?: readonly string[] | undefined;
  readonly owner: ProcessIdentity | null;
  /** Only for runs without an owner. */
  readonly ttlMs: number | null;
  /** null = nothing of the environment counts. */
  readonly network: RunNetworkParams | null;
  /** Further variables for the child: name → `provider` or `provider.field`. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly given?: readonly GivenPair[] | undefined;
  readonly hub?: HubAccess | undefined;
  /** The command puts the child into a sandbox, and starts none without. */
  readonly sandbox?: boolean | undefined;
}

/** The way out as the command's environment describes it; believed only of a process outside of every run. */
export interface RunNetworkParams {
  readonly asker: ProcessIdentity;
  /** The environment is that of this run: its way out is taken, and nothing else said here counts. */
  readonly within: string | null;
  readonly proxy: { readonly url: string; readonly source: string; readonly noProxy: readonly string[] } | null;
  readonly caFiles: readonly string[];
}

export interface SweepParams {
  readonly values: Readonly<Record<string, string>>;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}
