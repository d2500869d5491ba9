// The catalogue of credentials (creds.*), as types; part of the protocol (protocol.ts). One row a provider: which keys it needs, under
// which names, and what of it the profile has. Names and shapes only, never a value.

/** What a provider is to the one who looks for credentials. `local` ones run on this machine and need none. */
export type ProviderKind = "llm" | "integration" | "marketplace" | "local";

export interface CatalogueKey {
  /** The name it is asked for by; also the first of `names`. */
  readonly name: string;
  /** Every name that counts for it. */
  readonly names: readonly string[];
  readonly field: string;
  readonly optional: boolean;
  /** Regular expression of a valid value; null = any. */
  readonly pattern: string | null;
  /** The secret of the vault that has the key's name; null = there is none. */
  readonly secret: CatalogueSecret | null;
}

export interface CatalogueSecret {
  /** `profile`, or the backend that keeps the value. */
  readonly source: string;
  /** Why it can be no key of the provider; null = it may be one. What another place keeps is not fetched to be judged. */
  readonly fault: string | null;
}

export interface CatalogueConnection {
  readonly name: string;
  readonly isDefault: boolean;
  /** Fields it has a value for. */
  readonly fields: readonly string[];
  /** Why it would serve no request, in words; null = it would. */
  readonly fault: string | null;
}

export interface CatalogueRow {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly requiredKeys: readonly string[];
  readonly optionalKeys: readonly string[];
  /** It is reached over the internet. */
  readonly cloud: boolean;
  readonly docsUrl: string | null;
  /** Where a person makes a key. */
  readonly keysUrl: string | null;
  readonly keys: readonly CatalogueKey[];
  readonly connections: readonly CatalogueConnection[];
}

export interface CredsMethods {
  "creds.catalogue": {
    params: { readonly profile: string | null };
    result: {
      readonly rows: readonly CatalogueRow[];
      readonly profile: string;
      /** The store's file, there or not. */
      readonly profilePath: string;
      /** Why the profile's connections could not be looked at; null = they were. */
      readonly unreadable: string | null;
    };
  };
}
