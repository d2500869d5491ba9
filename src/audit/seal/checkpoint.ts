// A checkpoint: a record of its own in the chain that vouches, with a signature, for every record before it. Whoever changes one of
// those must sign anew, and the key for that is in the encrypted store. In: a place in the chain, a key. Out: a signature, or whether one fits.
// Never sees what a record says: it signs the number and the hash of the last one.
import { type KeyObject, createHash, createPublicKey, sign, verify } from "node:crypto";
import type { Head } from "../head-file.ts";

/** What keeps the private key and remembers how far the chain reached: the encrypted store behind it. */
export interface AuditSeal {
  readonly publicKey: KeyObject;
  /** Base64 of an Ed25519 signature. */
  sign(text: string): string;
  /** The last checkpoint that is known to be on the disk; null = none yet. */
  readHead(): Head | null;
  /** Call it only when the record it names is on the disk. */
  writeHead(head: Head): void;
}

export interface Checkpoint {
  /** How many records it vouches for: all before it. */
  readonly count: number;
  /** Names the public key. */
  readonly key: string;
  readonly signature: string;
}

/** A checkpoint at the latest after so many records. */
export const RECORDS_PER_CHECKPOINT = 1_000;
/** The audit is flushed every 30 s; a record older than this is then vouched for, so none waits longer than a minute. */
export const CHECKPOINT_AFTER_MS = 30_000;

export function makeCheckpoint(
  seal: AuditSeal,
  place: { readonly count: number; readonly head: string; readonly atMs: number },
): Checkpoint {
  return { count: place.count, key: keyId(seal.publicKey), signature: seal.sign(signedText(place)) };
}

export function isSignedBy(publicKey: KeyObject, record: Partial<Checkpoint> & { readonly atMs: number; readonly prev: string }): boolean {
  const { count, key, signature, atMs, prev } = record;
  if (typeof count !== "number" || typeof signature !== "string" || key !== keyId(publicKey)) return false;
  try {
    return verify(null, Buffer.from(signedText({ count, head: prev, atMs })), publicKey, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

/** docs/formats.md has the same bytes. */
export function signedText({ count, head, atMs }: { readonly count: number; readonly head: string; readonly atMs: number }): string {
  return `keyward audit checkpoint v1\n${count}\n${head}\n${atMs}\n`;
}

const ids = new WeakMap<KeyObject, string>();

/** First 16 hex digits of the SHA-256 of the key's SPKI. */
export function keyId(publicKey: KeyObject): string {
  let id = ids.get(publicKey);
  if (id === undefined) {
    id = createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("hex")
      .slice(0, 16);
    ids.set(publicKey, id);
  }
  return id;
}

export function signWith(privateKey: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), privateKey).toString("base64");
}

export function publicHalf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey);
}
