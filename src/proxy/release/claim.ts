// What a request claims when it asks for its credential's release, kept until its upstream connection is known.
// In: the decided request and its tunnel. Out: a ReleaseClaim whose run and grant are looked up when they are asked for, since both may
// have ended while the connection was being opened.
import type { Origin } from "../../core/connection.ts";
import type { Freshened } from "../../core/exchange.ts";
import type { Place } from "../../providers/schema.ts";
import type { SlotReading } from "../inject/kind.ts";
import type { TunnelContext } from "../pipeline.ts";
import type { Binding } from "../ports.ts";
import type { ReleaseClaim } from "./may-release.ts";

export class Claim implements ReleaseClaim {
  readonly owner: string;
  readonly isRecorded: boolean;
  readonly slot: SlotReading;
  readonly #request: Freshened<Place>;
  readonly #context: TunnelContext;

  /** @param part `isRecorded`: the audit has the line of this release; `slot`: what stood where the credential was written */
  constructor(request: Freshened<Place>, context: TunnelContext, part: Pick<ReleaseClaim, "owner" | "isRecorded" | "slot">) {
    this.owner = part.owner;
    this.isRecorded = part.isRecorded;
    this.slot = part.slot;
    this.#request = request;
    this.#context = context;
  }

  get isRunLive(): boolean {
    return this.#context.ports.isRunLive(this.#context.run.id);
  }

  get isGranted(): boolean {
    const binding = this.#binding();
    return binding !== undefined && binding.connection !== null;
  }

  get origins(): readonly Origin[] {
    return this.#binding()?.origins ?? [];
  }

  get arrival(): ReleaseClaim["arrival"] {
    return this.#context.arrival;
  }

  get serverName(): string | null {
    return this.#context.serverName;
  }

  get authority(): ReleaseClaim["authority"] {
    return this.#context.tunnel.authority;
  }

  get named(): ReleaseClaim["named"] {
    return this.#request.named;
  }

  get scheme(): ReleaseClaim["scheme"] {
    return this.#context.tunnel.scheme;
  }

  get method(): string {
    return this.#request.method;
  }

  get target(): string {
    return this.#request.target;
  }

  get how(): ReleaseClaim["how"] {
    return this.#request.choice.how;
  }

  #binding(): Binding | undefined {
    const { provider, name } = this.#request.choice.connection;
    return this.#context.run.bindings().find((binding) => binding.provider === provider && binding.name === name);
  }
}
