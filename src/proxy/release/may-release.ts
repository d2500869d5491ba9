// The one place that lets a credential go: every byte of a real key that reaches a socket has passed this function, in every lane.
// In: what is claimed of the request and what is known of the connection it would leave on, as plain records. Out: a permit, without
// which a SealedRequest does not open; or a refusal that names the condition. Pure and flat: asked of every request with a credential.
// It trusts no earlier step: what receive, match, pick and dial have refused already is refused here once more.
import { isIP } from "node:net";
import type { Origin } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Choice } from "../../core/exchange.ts";
import { type Authority, canonicalHost, hostMatches } from "../../core/host.ts";
import type { SlotReading } from "../inject/kind.ts";

/** What is claimed of a request that wants to leave with a credential. */
export interface ReleaseClaim {
  /** Run and connection: whose credential it is, and which upstream connections may carry it. */
  readonly owner: string;
  /** At the moment of asking: neither ended nor expired. */
  readonly isRunLive: boolean;
  /** At the moment of asking: the run's grant has the connection, and it is logged in. */
  readonly isGranted: boolean;
  /** The audit's line about this release is written. */
  readonly isRecorded: boolean;
  /** tunnel: inside CONNECT and TLS · absolute: a whole URL in clear to the proxy itself, which has no SNI. */
  readonly arrival: "tunnel" | "absolute";
  /** Of CONNECT, or of the whole URL. */
  readonly authority: Authority;
  /** SNI of the client's TLS; null: none was sent. */
  readonly serverName: string | null;
  /** Host or `:authority` of the request. */
  readonly named: Authority;
  readonly scheme: "https" | "http";
  readonly method: string;
  /** In origin form: a URL with an authority of its own would begin otherwise. */
  readonly target: string;
  /** Those kept in the connection's encrypted record. */
  readonly origins: readonly Origin[];
  readonly how: Choice["how"];
  /** What stood in the declared slot that was written. */
  readonly slot: SlotReading;
}

/** What those who opened an upstream connection know of it. */
export interface Way {
  /** Connections are never shared between owners. */
  readonly owner: string;
  readonly authority: Authority;
  readonly scheme: "https" | "http";
  /** The host its certificate was verified for; null: it was not. */
  readonly verifiedFor: string | null;
  /** The address that was reached passed the filter; through a parent proxy: the proxy is the one that was set. */
  readonly isAddressPermitted: boolean;
}

declare const PERMIT: unique symbol;

/** Nobody else can make one. It is good for the request it was asked for and for no other. */
export interface Permit {
  readonly [PERMIT]: true;
  /** null: there is no credential in the request. */
  readonly claim: ReleaseClaim | null;
}

export type Condition =
  | "run"
  | "grant"
  | "record"
  | "name"
  | "server-name"
  | "target"
  | "origin"
  | "scheme"
  | "method"
  | "slot"
  | "owner"
  | "peer"
  | "certificate"
  | "address";

const NOTHING_TO_RELEASE = { claim: null } as Permit;

/** @throws RELEASE_REFUSED */
export function mayRelease(claim: ReleaseClaim | null, way: Way): Permit {
  if (claim === null) return NOTHING_TO_RELEASE;
  const missing = missingCondition(claim, way);
  if (missing === null) return { claim } as Permit;
  throw new KeywardError("RELEASE_REFUSED", `the credential stays here: a condition does not hold any more (${missing})`, {
    detail: { host: claim.authority.host, condition: missing },
  });
}

/** The first condition that does not hold; null: all do. */
export function missingCondition(claim: ReleaseClaim, way: Way): Condition | null {
  const { host, port } = claim.authority;
  if (!claim.isRunLive) return "run";
  if (!claim.isGranted) return "grant";
  if (!claim.isRecorded) return "record";
  if (claim.named.host !== host || claim.named.port !== port || canonicalHost(host) === null) return "name";
  if (!isServedAs(claim, host)) return "server-name";
  if (claim.target.charCodeAt(0) !== SLASH) return "target";
  if (!hasOrigin(claim.origins, host, port)) return "origin";
  if (claim.scheme !== "https" || way.scheme !== "https") return "scheme";
  if (claim.method === "TRACE" || claim.method === "TRACK" || claim.method === "CONNECT") return "method";
  if (claim.slot !== "later" && claim.slot !== (claim.how === "injected" ? "placeholder" : "empty")) return "slot";
  if (way.owner !== claim.owner) return "owner";
  if (way.authority.host !== host || way.authority.port !== port) return "peer";
  if (way.verifiedFor !== host) return "certificate";
  return way.isAddressPermitted ? null : "address";
}

const SLASH = 0x2f;

function isServedAs({ arrival, serverName }: ReleaseClaim, host: string): boolean {
  if (serverName === null) return arrival === "absolute" || isIP(host) !== 0;
  return arrival === "tunnel" && canonicalHost(serverName) === host;
}

// oxlint-disable-next-line max-params -- no object for a request that has two more fields than this function
function hasOrigin(origins: readonly Origin[], host: string, port: number): boolean {
  for (const origin of origins) if (origin.port === port && hostMatches(origin.host, host)) return true;
  return false;
}
