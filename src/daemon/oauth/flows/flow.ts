// What every flow of an OAuth login is given and gives back. Types only.
import type { Params, Result } from "../../../control/protocol.ts";
import type { GrantWork } from "../../logins/grant-login.ts";
import type { DaemonParts } from "../../parts.ts";
import type { GrantTarget } from "../keep-tokens.ts";

export interface FlowLogin extends GrantTarget {
  readonly params: Params<"login.authorize">;
  readonly scopes: readonly string[];
}

export interface BegunFlow {
  /** What the person has to do. */
  readonly todo: Pick<Result<"login.authorize">, "url" | "device">;
  readonly work: GrantWork;
}

export type Flow = (login: FlowLogin, parts: DaemonParts) => Promise<BegunFlow>;
