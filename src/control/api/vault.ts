// The vault and the connections that are set by hand (vault.*, labelled.*), as types; part of the protocol (protocol.ts).
// A value travels inwards with put and push; outwards only in the results of vault.reveal and vault.expand.
import type { ConnectionRef } from "../../core/connection.ts";
import type { ProcessIdentity } from "../../core/run.ts";
import type { SecretRef, SecretScope, LabelledKind } from "../../core/vault/words.ts";

interface InProfile {
  readonly profile: string | null;
}

/** `scope: null` = the nearest that has the name. */
interface Named extends InProfile {
  readonly name: string;
  readonly scope: SecretScope | null;
}

/** Never the value. */
export interface SecretInfo extends SecretRef {
  /** `profile`, or the backend: `env`, `file`, `command`, `os-keychain`, `1password`, `vault`, `pass`. */
  readonly source: string;
  /** Where the value is kept; null = in the profile. */
  readonly reference: string | null;
  readonly version: number;
  readonly versions: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** What refers to it: `openai (team)`, or the id of a connection that was set. */
  readonly usedBy: readonly string[];
}

export interface SecretVersionInfo {
  readonly version: number;
  readonly createdAtMs: number;
  readonly source: string;
  readonly current: boolean;
}

export interface PushRow {
  readonly name: string;
  readonly action: "new" | "new version" | "unchanged";
  /** After the push. */
  readonly version: number;
}

export interface SecretCheck extends SecretInfo {
  readonly state: "ok" | "missing" | "unreachable";
  /** Why, in words without the value. */
  readonly reason: string | null;
  /** Of the command, that may lead to it. */
  readonly variables: readonly string[];
}

/** A connection that was set, or, with `kind` api_key or oauth2, one that was logged in. */
export interface LabelledInfo {
  readonly id: string;
  readonly kind: LabelledKind;
  readonly label: string;
  readonly secret: string | null;
  readonly provider: string | null;
  readonly createdAtMs: number;
  /** missing = its secret is not in the vault. */
  readonly status: "connected" | "missing";
}

export interface LinkParams extends InProfile {
  readonly provider: string;
  readonly connection: string | null;
  /** Field → name of a secret; "" as the field = the provider's only one. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Further fields, which are no secret. */
  readonly fields: Readonly<Record<string, string>>;
  readonly force: boolean;
}

export interface VaultMethods {
  "vault.put": {
    /** Of `value` and `reference` at least one; both: the value is written to that place. `copy`: what the place holds is stored. */
    params: InProfile & SecretRef & { readonly value: string | null; readonly reference: string | null; readonly copy: boolean };
    result: { readonly secret: SecretInfo; readonly created: boolean; readonly notice: string | null };
  };
  "vault.list": { params: InProfile & { readonly scope: SecretScope | null }; result: { readonly secrets: readonly SecretInfo[] } };
  "vault.get": { params: Named; result: SecretInfo };
  "vault.versions": { params: Named; result: { readonly secret: SecretInfo; readonly versions: readonly SecretVersionInfo[] } };
  /** `dryRun`: refused as it would be, and nothing removed. */
  "vault.remove": { params: Named & { readonly force: boolean; readonly dryRun: boolean }; result: { readonly secret: SecretInfo } };
  /** The value that a backend holds becomes the newest version in the profile. */
  "vault.pull": { params: Named; result: { readonly secret: SecretInfo } };
  /** All or nothing; an entry whose value is what is there already makes no version. */
  "vault.push": {
    params: InProfile & {
      readonly scope: SecretScope;
      readonly pairs: readonly { readonly name: string; readonly value: string }[];
      readonly dryRun: boolean;
    };
    result: { readonly rows: readonly PushRow[]; readonly notice: string | null };
  };
  "vault.reveal": {
    params: Named & { readonly version: number | null; readonly asker: ProcessIdentity };
    result: { readonly value: string };
  };
  /** Texts with `${vault:NAME}` → the same with values. */
  "vault.expand": {
    params: InProfile & { readonly texts: Readonly<Record<string, string>>; readonly asker: ProcessIdentity };
    result: { readonly texts: Readonly<Record<string, string>> };
  };
  /** Can every secret be had? `names` null = all. */
  "vault.check": { params: InProfile & { readonly names: readonly string[] | null }; result: { readonly secrets: readonly SecretCheck[] } };
  /** Variables of the command that backends asked for; kept in memory, for this daemon's life. */
  "vault.supply": { params: { readonly variables: Readonly<Record<string, string>> }; result: Record<string, never> };
  /** A connection of a provider whose key is a secret of the vault. */
  "connection.link": {
    params: LinkParams;
    result: ConnectionRef & { readonly id: string; readonly replaced: boolean; readonly notices: readonly string[] };
  };
  "labelled.set": {
    params: InProfile & {
      readonly id: string;
      readonly kind: LabelledKind;
      readonly label: string;
      readonly secret: string | null;
      readonly provider: string | null;
      readonly force: boolean;
    };
    result: { readonly connection: LabelledInfo; readonly replaced: boolean; readonly notices: readonly string[] };
  };
  "labelled.list": {
    params: InProfile & { readonly kind: LabelledKind | null };
    result: { readonly connections: readonly LabelledInfo[] };
  };
  "labelled.get": { params: InProfile & { readonly id: string }; result: LabelledInfo };
  "labelled.remove": { params: InProfile & { readonly id: string }; result: { readonly connection: LabelledInfo } };
}
