// A route of the hub as data: where it is, who may, what comes in and goes out, and the one function that does it.
// In: a specification. Out: the same. The server, the OpenAPI document and the tests of every route read this one record.
import type { z } from "@hono/zod-openapi";
import type { HubParts } from "../hub-parts.ts";
import type { HubTransaction } from "../storage/storage.ts";
import type { HubScope } from "../tokens/scopes.ts";
import type { Caller, Standing } from "./caller.ts";

/** `anyone`: no token. `caller`: any valid token. `workspace`: a token and a scope in the workspace the request is about. `tenant_admin`: a person with that role. */
export type Access =
  | { readonly to: "anyone" }
  | { readonly to: "caller" }
  | { readonly to: "workspace"; readonly scope: HubScope }
  | { readonly to: "tenant_admin" };

/** One request, as a route's function sees it. All of it happens in one transaction, which may be run again from the start. */
export interface Call<B, Q, P> {
  readonly hub: HubParts;
  readonly tx: HubTransaction;
  readonly caller: Caller;
  readonly standing: Standing;
  readonly body: B;
  readonly query: Q;
  readonly params: P;
  readonly from: Origin;
  readonly nowMs: number;
}

/** Where a request came from. */
export interface Origin {
  readonly requestId: string;
  readonly ip: string;
  readonly userAgent: string;
  /** If-Match, without its quotes; null also for `*`, which any version fits. */
  readonly ifMatch: string | null;
  /** X-Keyward-Workspace: an id or a slug. */
  readonly workspace: string | undefined;
  /** X-Keyward-Public-Key: what secrets are to be sealed to. */
  readonly publicKey: string | null;
}

export interface RouteSpec<B = unknown, Q = unknown, P = unknown> {
  readonly method: "get" | "post" | "patch" | "put" | "delete";
  /** OpenAPI's way: `/v1/api_tokens/{api_token_id}`. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly body?: z.ZodType<B>;
  readonly query?: z.ZodType<Q>;
  readonly params?: z.ZodType<P>;
  /** 204 has no answer. */
  readonly status: 200 | 201 | 202 | 204;
  readonly answer?: z.ZodType;
  /** A create: takes an Idempotency-Key. */
  readonly isCreate?: boolean;
  /** Null from a GET is a 304. */
  readonly act: (call: Call<B, Q, P>) => Promise<unknown>;
  /** After the transaction, so that nothing waits for the network inside one: what `act` gave becomes the answer here. */
  readonly afterwards?: (result: unknown, signal: AbortSignal) => Promise<unknown>;
  /** For a 304: waits, outside any transaction, and says whether to do it all again, admission included. */
  readonly longPoll?: (poll: LongPoll<Q>) => Promise<boolean>;
}

export interface LongPoll<Q> {
  readonly hub: HubParts;
  readonly query: Q;
  readonly caller: Caller;
  /** The client went away. */
  readonly signal: AbortSignal;
}

/** Typed for its own schemas, stored without them. */
export function route<B, Q, P>(spec: RouteSpec<B, Q, P>): RouteSpec {
  return spec as unknown as RouteSpec;
}
