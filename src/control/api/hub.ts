// The part of the daemon's API that is about a hub: logging in, calling it, syncing.
// In: what a command wants. Out: what the hub says of it. Tokens stay in the daemon, except one that is given to it.
import type { ContentMode, ProcessIdentity } from "../../core/run.ts";
import type { ProfileParams } from "../protocol.ts";

export interface HubLoginBegun {
  readonly loginId: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  readonly expiresAtMs: number;
}

export interface HubIdentity {
  readonly url: string;
  readonly method: "session" | "token";
  readonly user: { readonly id: string; readonly email: string } | null;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string } | null;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number | null;
}

export interface HubState {
  /** null: not linked, or the session has ended. */
  readonly identity: HubIdentity | null;
  readonly deviceId: string | null;
  readonly freshness: "fresh" | "stale" | "denied" | null;
  readonly lastContactMs: number | null;
  /** Connections the hub shares, and what became of each here. */
  readonly connections: readonly {
    readonly provider: string;
    readonly name: string;
    readonly scope: string;
    readonly skipped: string | null;
  }[];
  /** Why the hub gives nothing any more, or null. */
  readonly endedBecause: string | null;
  /** Addresses of the hub this profile is or was linked to. */
  readonly lastUrls: readonly string[];
}

/** What a profile that is gone had at a hub. */
export interface LeftHub {
  readonly url: string;
  readonly deviceId: string | null;
  /** Login and device, there too; false: the hub was not reached. */
  readonly ended: boolean;
}

interface HubAddress {
  readonly url: string;
  /** Further addresses of the same hub. */
  readonly alternates?: readonly string[] | undefined;
  readonly insecure: boolean;
}

/** One call of the hub's own API in the name of the login or token of the profile. */
export interface HubCallParams extends ProfileParams {
  readonly method: string;
  /** Below `/v1/`. */
  readonly path: string;
  readonly body: unknown;
  /** X-Keyward-Workspace, or null for that of the login. */
  readonly workspace: string | null;
  readonly idempotencyKey: string | null;
  /** A token given for this one call (KEYWARD_TOKEN), with the hub it is for. */
  readonly by: { readonly url: string; readonly token: string } | null;
  /** Who asks; needed where the answer is a new token. */
  readonly asker: ProcessIdentity | null;
}

export interface HubMethods {
  "hub.loginBegin": {
    params: ProfileParams & HubAddress & { clientId: string; scopes: readonly string[]; hostName: string };
    result: HubLoginBegun;
  };
  /** Answers when the person has decided; may be asked again for a login that goes on. */
  "hub.loginWait": { params: ProfileParams & { loginId: string }; result: HubIdentity };
  /** Keeps an API token instead of a login, without asking the hub. */
  "hub.storeToken": { params: ProfileParams & HubAddress & { token: string }; result: { replaced: boolean } };
  "hub.state": { params: ProfileParams; result: HubState };
  /** Ends the session at the hub as far as it can be reached, and forgets everything of it here in any case. */
  "hub.logout": { params: ProfileParams; result: { wasLinked: boolean; revoked: boolean; url: string | null } };
  "hub.call": { params: HubCallParams; result: { status: number; body: unknown } };
  "hub.useWorkspace": { params: ProfileParams & { workspace: string }; result: HubIdentity };
  "hub.sync": { params: ProfileParams; result: HubState };
  /** Runs that ended while the profile was linked. */
  "hub.queue": { params: ProfileParams; result: { runs: readonly QueuedRunInfo[] } };
  /** `runId: null` = all that wait. */
  "hub.upload": {
    params: ProfileParams & Pick<HubCallParams, "by" | "workspace"> & UploadParams;
    result: { results: readonly UploadedRunInfo[] };
  };
}

interface UploadParams {
  readonly runId: string | null;
  readonly force: boolean;
  readonly cleanup: boolean;
  readonly content: ContentMode;
}

export interface QueuedRunInfo {
  readonly runId: string;
  readonly startedAtMs: number;
  readonly attempts: number;
  readonly code: string | null;
  readonly uploaded: boolean;
}

export interface UploadedRunInfo {
  readonly runId: string;
  readonly status: "synced" | "failed" | "skipped";
  readonly code: string | null;
}
