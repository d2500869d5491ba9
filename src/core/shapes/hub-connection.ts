// A connection that a hub shares, as its API takes and gives it: which account at which provider, which secret, which origins.
// Types only; in them no value. Commands, routes and records all speak of this one shape.
import type { SecretScope } from "../vault/words.ts";

/** What it is made of. */
export interface NewHubConnection {
  readonly provider: string;
  readonly name: string;
  readonly kind: string;
  readonly label: string;
  readonly scope: SecretScope;
  /** Id or name of a secret the caller may see; null for a provider that asks for none. */
  readonly secret: string | null;
  /** `https://api.example.com`: the credential goes nowhere else, whatever a definition says later. */
  readonly origins: readonly string[];
}

export interface HubConnection extends Omit<NewHubConnection, "secret"> {
  readonly id: string;
  readonly secret_id: string | null;
}
