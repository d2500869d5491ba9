// One live run in the daemon's memory: its record, its counters and what it may use, resolved anew when anything changed.
// In: a record and the sources of its profile. Out: the LiveRun the proxy sees. It knows the token's hash, never the token.
import { createHash, timingSafeEqual } from "node:crypto";
import type { RunInfo } from "../../control/protocol.ts";
import type { BoundConnection, RunRecord } from "../../core/run.ts";
import type { Provider } from "../../providers/schema.ts";
import type { CapturePoint } from "../../proxy/capture/capture-port.ts";
import type { Binding, LiveRun } from "../../proxy/ports.ts";
import { bindRun } from "./bindings.ts";
import { capturePoints } from "./capture-points.ts";
import type { SelectionSources } from "./selection.ts";

/** What a run's profile and the catalogue offer, with a number that changes whenever an answer may. */
export interface RunSources extends SelectionSources {
  readonly revision: string;
}

export class ActiveRun implements LiveRun {
  readonly profile: string;
  record: RunRecord;
  /** Logins of its tools that were kept as connections. */
  capturedLogins = 0;
  requests = 0;
  denied = 0;
  readonly #sources: () => RunSources;
  readonly #definitions = new Map<string, Provider>();
  #bindings: readonly Binding[] = [];
  #captures: readonly CapturePoint[] = [];
  #revision: string | null = null;

  /** @param sources asked at every use: a profile may be locked and unlocked while the run lives */
  constructor(profile: string, record: RunRecord, sources: () => RunSources) {
    this.profile = profile;
    this.record = record;
    this.#sources = sources;
  }

  get id(): string {
    return this.record.id;
  }

  get layers(): RunRecord["layers"] {
    return this.record.layers;
  }

  bindings(): readonly Binding[] {
    this.#resolve();
    return this.#bindings;
  }

  captures(): readonly CapturePoint[] {
    this.#resolve();
    return this.#captures;
  }

  /** One connection more, as if the run had begun with it. */
  bind(bound: BoundConnection): void {
    const others = this.record.bound.filter(({ provider, name }) => provider !== bound.provider || name !== bound.name);
    this.record = { ...this.record, bound: [...others, bound] };
    this.#revision = null;
  }

  #resolve(): void {
    const sources = this.#sources();
    if (sources.revision === this.#revision) return;
    this.#bindings = bindRun(this.record, sources, this.#definitions);
    this.#captures = capturePoints(this.record, this.#bindings, sources.find);
    this.#revision = sources.revision;
  }

  countRequest(isDenied: boolean): void {
    this.requests++;
    if (isDenied) this.denied++;
  }

  hasToken(token: string): boolean {
    // Equal length by construction: both are SHA-256.
    return timingSafeEqual(Buffer.from(hashToken(token), "hex"), Buffer.from(this.record.tokenHash, "hex"));
  }

  describe(): RunInfo {
    const { id, command, owner, startedAtMs, expiresAtMs, bound } = this.record;
    const connections = bound.map(({ provider, name }) => ({ provider, name }));
    const counts = { requests: this.requests, denied: this.denied };
    return { id, command, pid: owner?.pid ?? null, startedAtMs, expiresAtMs, ...counts, connections, level: this.record.level ?? "L0" };
  }
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
