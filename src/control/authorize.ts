// What begins and ends OAuth access (login.authorize, connection.remove), as types; part of the protocol (protocol.ts).
// A client's secret and a pasted refresh token travel inwards; what comes back is public: an address to open or a code to type.
import type { ConnectionRef } from "../core/connection.ts";
import type { ComputedFlow } from "../core/grant.ts";
import type { FieldInfo } from "./protocol.ts";

export interface AuthorizeParams {
  readonly flow: "browser" | "device" | "token" | "client_credentials";
  /** Of {tenant}. */
  readonly host: string | null;
  readonly force: boolean;
  readonly timeoutMs: number;
  /** null = as the definition says. */
  readonly scopes: readonly string[] | null;
  /** null = the client of the login that is replaced, or one that registers itself. */
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly refreshToken: string | null;
  readonly redirectPort: number | null;
  /** The client's id, unless given, and its secret are asked for in the browser; of browser and client_credentials. */
  readonly form?: { readonly uiPort: number } | undefined;
}

export interface AuthorizeBegun {
  readonly loginId: string;
  readonly expiresAtMs: number;
  /** To open in the browser: the provider's page, or the form that leads to it. */
  readonly url: string | null;
  /** To be typed on any device. With a pasted token there is neither. */
  readonly device: { readonly userCode: string; readonly verificationUrl: string; readonly completeUrl: string | null } | null;
}

export interface RemoveParams {
  /** Every connection of the provider, and a definition of the user's own. */
  readonly everything: boolean;
  /** End OAuth access at the provider first. */
  readonly revoke?: boolean | undefined;
}

export interface RemoveResult {
  readonly removed: readonly ConnectionRef[];
  /** With `revoke`: where the provider ended it. */
  readonly ended?: readonly ConnectionRef[];
}

/** A credential that keyward computes for this provider, and what it is made from. */
export interface ComputedLogin {
  readonly flow: ComputedFlow;
  readonly fields: readonly FieldInfo[];
  /** The one of them that a file or standard input holds. */
  readonly fileField: string;
  /** Where a person gets what is needed. */
  readonly howTo: string;
  readonly pageUrl: string | null;
}

/** Of connection.store and login.start: the values are what a computed credential is made from. */
export interface ComputedParams {
  readonly flow?: ComputedFlow | undefined;
  /** login.start: what the command has given already; the form asks for the rest. */
  readonly given?: Readonly<Record<string, string>> | undefined;
}
