// What the database keeps of a token: an HMAC under a pepper that is not in the database. A stolen dump can neither log in nor test a leaked token.
// In: root keys and tokens. Out: digests (hex) and the successor of a refresh token. A slow hash would only help an attacker here: 238 bits cannot be guessed.
import { createHmac, hkdfSync } from "node:crypto";
import { type TokenKind, tokenOf } from "../../core/shapes/hub-token.ts";
import { deriveKey } from "../keys/derive-key.ts";
import type { RootKeys } from "../keys/envelope.ts";
import { bodyFrom } from "./token-format.ts";

export interface Digest {
  readonly digest: string;
  /** The root key's id. */
  readonly pepperId: string;
}

export interface Digester {
  /** Under the key that is written with. */
  digest(text: string): Digest;
  /** Under every key, newest first: a token given out before the root key was changed is still found. */
  candidates(text: string): readonly string[];
  /** The same refresh token always has the same successor, so that a repeated refresh gets the same answer and no plain text is kept for it. */
  successorOf(kind: TokenKind, token: string): string;
}

const SUCCESSOR_BYTES = 80;

export function createDigester(roots: RootKeys): Digester {
  const keys = roots.map((root) => ({ id: root.id, pepper: deriveKey(root.bytes, "pepper") }));
  const successorKey = deriveKey(roots[0].bytes, "successor");
  const under = (pepper: Buffer, text: string): string => createHmac("sha256", pepper).update(text).digest("hex");
  return {
    digest: (text) => {
      const [first] = keys as [(typeof keys)[number]];
      return { digest: under(first.pepper, text), pepperId: first.id };
    },
    candidates: (text) => keys.map(({ pepper }) => under(pepper, text)),
    successorOf: (kind, token) => tokenOf(kind, bodyFrom(Buffer.from(hkdfSync("sha256", successorKey, token, kind, SUCCESSOR_BYTES)))),
  };
}
