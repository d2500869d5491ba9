// `<name>.key.json`: says which custody holds a profile's key, and lets a candidate key be checked without the database.
// In: a profile's files. Out: the descriptor, or null when there is none. Holds no key, only a wrapped one under "passphrase".
import { createHmac, timingSafeEqual } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import { readPrivateFile, writePrivateFile } from "../private-files.ts";
import { type ProfileFiles, profileFiles } from "../profile-files.ts";
import { newerStore } from "../store-errors.ts";
import type { Custody } from "./custody.ts";

export const DESCRIPTOR_VERSION = 1;
const VERIFIER_LABEL = "keyward key verifier v1";

/** scrypt → AES-256-GCM; byte fields in base64. */
export interface WrappedKey {
  readonly kdf: "scrypt";
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

export interface Descriptor {
  readonly version: typeof DESCRIPTOR_VERSION;
  readonly custody: Custody;
  /** HMAC-SHA256 of the key over a fixed label, hex. */
  readonly verifier: string;
  /** Only under "passphrase". */
  readonly wrap: WrappedKey | null;
}

export function verifierOf(key: Buffer): string {
  return createHmac("sha256", key).update(VERIFIER_LABEL).digest("hex");
}

export function hasVerifier(descriptor: Descriptor, key: Buffer): boolean {
  return timingSafeEqual(Buffer.from(descriptor.verifier, "hex"), Buffer.from(verifierOf(key), "hex"));
}

/** Which custody a profile has; null when it has no key yet. @throws CUSTODY_FAILED, STORE_NEWER */
export function readCustody(directory: string, name: string): Custody | null {
  return readDescriptor(profileFiles(directory, name))?.custody ?? null;
}

/** @throws CUSTODY_FAILED when it is damaged, STORE_NEWER, HOME_UNSAFE, STORE_UNUSABLE */
export function readDescriptor(files: ProfileFiles): Descriptor | null {
  const content = readPrivateFile(files.descriptor);
  if (content === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(content.toString("utf8"));
  } catch {
    throw damaged(files);
  }
  const version = (parsed as { version?: unknown } | null)?.version;
  if (typeof version === "number" && version > DESCRIPTOR_VERSION) throw newerStore(files.descriptor);
  if (!isDescriptor(parsed)) throw damaged(files);
  return { version: parsed.version, custody: parsed.custody, verifier: parsed.verifier, wrap: parsed.wrap ?? null };
}

/** Replaces the descriptor at one instant. */
export function writeDescriptor(files: ProfileFiles, key: Buffer, kept: Pick<Descriptor, "custody" | "wrap">): void {
  const { custody, wrap } = kept;
  const descriptor = { version: DESCRIPTOR_VERSION, custody, verifier: verifierOf(key), ...(wrap === null ? {} : { wrap }) };
  writePrivateFile(files.descriptor, `${JSON.stringify(descriptor, null, 2)}\n`);
}

const CUSTODIES: readonly string[] = ["keychain", "passphrase", "file", "key-file", "key-command"] satisfies Custody[];

function isDescriptor(value: unknown): value is Descriptor {
  if (typeof value !== "object" || value === null) return false;
  const { version, custody, verifier, wrap } = value as Partial<Record<keyof Descriptor, unknown>>;
  return (
    version === DESCRIPTOR_VERSION &&
    typeof custody === "string" &&
    CUSTODIES.includes(custody) &&
    typeof verifier === "string" &&
    /^[0-9a-f]{64}$/.test(verifier) &&
    (custody === "passphrase" ? isWrappedKey(wrap) : wrap === undefined || wrap === null)
  );
}

function isWrappedKey(value: unknown): value is WrappedKey {
  if (typeof value !== "object" || value === null) return false;
  const { kdf, n, r, p, ...bytes } = value as Partial<Record<keyof WrappedKey, unknown>>;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count);
  return (
    kdf === "scrypt" &&
    [n, r, p].every(isCount) &&
    [bytes.salt, bytes.iv, bytes.ciphertext, bytes.tag].every((text) => typeof text === "string")
  );
}

function damaged(files: ProfileFiles): KeywardError {
  return new KeywardError("CUSTODY_FAILED", `${files.descriptor} is damaged, so the key of profile '${files.name}' cannot be found`, {
    hint: `put back a copy of ${files.descriptor}`,
  });
}
