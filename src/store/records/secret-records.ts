// What the vault and the connections that were set look like to the rest of the daemon. Types only; secrets.ts and labelled-connections.ts do the work.
import type { Secret } from "../../core/secret.ts";
import type { SecretRef, LabelledKind } from "../../core/vault/words.ts";

/** What a version holds: a value, or where the value is kept. */
export type SecretContent = { readonly value: Secret } | { readonly reference: string };

export interface StoredSecret extends SecretRef {
  readonly id: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Of the current version. */
  readonly version: number;
  /** null = the store has the value itself. */
  readonly reference: string | null;
  readonly versions: number;
}

/** Metadata alone. */
export interface SecretVersion {
  readonly version: number;
  readonly createdAtMs: number;
  readonly reference: string | null;
}

export interface SecretRecords {
  /** Ordered by name, then nearest scope first. */
  list(): StoredSecret[];
  find(ref: SecretRef): StoredSecret | null;
  versions(ref: SecretRef): SecretVersion[];
  /** null when there is no such version; `version` null = the current one. */
  content(ref: SecretRef, version: number | null): SecretContent | null;
  /** A new version of each, all or none. Numbers of versions are never used twice. */
  put(entries: readonly (SecretRef & { readonly content: SecretContent })[]): StoredSecret[];
  /** Overwrites every version. Returns whether it was there. */
  remove(ref: SecretRef): boolean;
}

/** A connection that was set by hand: one account at a service, by name, with a secret of the vault or without any. */
export interface LabelledConnection {
  readonly id: string;
  readonly kind: LabelledKind;
  readonly label: string;
  /** Name of a secret; null = it needs none. */
  readonly secret: string | null;
  /** The provider at which runs use it, as the connection of the same name. */
  readonly provider: string | null;
  readonly createdAtMs: number;
}

export interface LabelledRecords {
  list(): LabelledConnection[];
  find(id: string): LabelledConnection | null;
  /** Inserts or replaces. */
  put(connection: Omit<LabelledConnection, "createdAtMs">): LabelledConnection;
  remove(id: string): boolean;
}
