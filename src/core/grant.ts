// What keeps a login alive beside a refresh token: how its token endpoint differs from the RFC, and what a computed credential is
// made from. Written by oauth and daemon at login, kept by store inside the encrypted record. Data only.
import type { SecretFields } from "./secret.ts";

/** Where a token endpoint asks for other than RFC 6749 says. Kept with the grant: a renewal speaks as the login did. */
export interface TokenDialect {
  /** The body of a token request; `form` unless said. */
  readonly body?: "form" | "json";
  /** Sent along with every request to the token endpoint: a user agent of its own, a version. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where refresh tokens are traded, when that is another address. */
  readonly refreshUrl?: string;
  /** Member of the answer that holds the tokens when the answer itself has none (`authed_user`). */
  readonly nested?: string;
  /** Member of the answer that names the host of the account (`instance_url`). */
  readonly hostMember?: string;
}

/** How keyward makes credentials itself. Each is one file of oauth/computed/, and what `--flow` says. */
export const COMPUTED_FLOWS = ["app", "service-account", "assume-role", "sso", "key-pair"] as const;
export type ComputedFlow = (typeof COMPUTED_FLOWS)[number];

/** What a computed credential is made from: a private key, base keys, a session; never sent to a child or shown. */
export interface GrantSource {
  readonly flow: ComputedFlow;
  /** By input name; those that are no secret too. */
  readonly values: SecretFields;
}
