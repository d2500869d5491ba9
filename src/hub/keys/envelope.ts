// Envelope encryption: root key → one key per tenant → one key per secret version. Changing the root key re-wraps tenants' keys and touches no secret.
// In: rows and root keys. Out: rows to store, or a secret's bytes. Keys live in memory as long as one call.
import { randomBytes } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import { deriveKey } from "./derive-key.ts";
import type { RootKey } from "./root-key.ts";
import { seal, unseal } from "./sealed-box.ts";

export interface WrappedTenantKey {
  readonly tenantId: string;
  readonly wrappedKey: Buffer;
  readonly rootKeyId: string;
}

export interface SealedVersion {
  readonly wrappedKey: Buffer;
  readonly sealed: Buffer;
}

export interface VersionPlace {
  readonly tenantId: string;
  readonly secretId: string;
  readonly version: number;
}

export type RootKeys = readonly [RootKey, ...RootKey[]];

const KEY_BYTES = 32;

export function createTenantKey(tenantId: string, root: RootKey): WrappedTenantKey {
  return wrapTenantKey(tenantId, randomBytes(KEY_BYTES), root);
}

function wrapTenantKey(tenantId: string, key: Buffer, root: RootKey): WrappedTenantKey {
  const wrappedKey = seal(deriveKey(root.bytes, "wrap"), key, `tenant|${tenantId}|${root.id}`);
  return { tenantId, wrappedKey, rootKeyId: root.id };
}

/** @throws HUB_KEY when the root key it was wrapped with is not among `roots` */
export function openTenantKey(wrapped: WrappedTenantKey, roots: RootKeys): Buffer {
  const root = roots.find((key) => key.id === wrapped.rootKeyId);
  if (root === undefined) {
    throw new KeywardError("HUB_KEY", `root key ${wrapped.rootKeyId} is not given, and tenants' keys are wrapped with it`, {
      hint: "add its line to the root key",
    });
  }
  return unseal(deriveKey(root.bytes, "wrap"), wrapped.wrappedKey, `tenant|${wrapped.tenantId}|${root.id}`);
}

/** The same key under the first root key; null when it is already. */
export function rewrapTenantKey(wrapped: WrappedTenantKey, roots: RootKeys): WrappedTenantKey | null {
  if (wrapped.rootKeyId === roots[0].id) return null;
  return wrapTenantKey(wrapped.tenantId, openTenantKey(wrapped, roots), roots[0]);
}

const placeText = (kind: string, { tenantId, secretId, version }: VersionPlace): string => `${kind}|${tenantId}|${secretId}|${version}`;

export function sealVersion(tenantKey: Buffer, plain: Buffer, place: VersionPlace): SealedVersion {
  const key = randomBytes(KEY_BYTES);
  return { wrappedKey: seal(tenantKey, key, placeText("key", place)), sealed: seal(key, plain, placeText("secret", place)) };
}

/** @throws HUB_KEY */
export function openVersion(tenantKey: Buffer, version: SealedVersion, place: VersionPlace): Buffer {
  const key = unseal(tenantKey, version.wrappedKey, placeText("key", place));
  return unseal(key, version.sealed, placeText("secret", place));
}
