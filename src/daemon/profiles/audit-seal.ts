// What signs a profile's audit: an Ed25519 key made at the first opening and kept in the encrypted store, with the last checkpoint beside it.
// In: an open store. Out: the seal for the audit's writer, and what a verification may trust. The private key leaves the store for
// this object only.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Head, isHead } from "../../audit/head-file.ts";
import { type AuditSeal, publicHalf, signWith } from "../../audit/seal/checkpoint.ts";
import type { ProfileStore } from "../../store/profile-store.ts";

type Facts = Pick<ProfileStore, "readFact" | "writeFact">;

export function auditSeal(store: Facts): AuditSeal {
  const privateKey = signingKey(store);
  return {
    publicKey: publicHalf(privateKey),
    sign: (text) => signWith(privateKey, text),
    readHead: () => parseHead(store.readFact("auditHead")),
    writeHead: ({ seq, hash }) => store.writeFact("auditHead", JSON.stringify({ seq, hash })),
  };
}

function signingKey(store: Facts): KeyObject {
  const kept = store.readFact("auditKey");
  if (kept !== null) return createPrivateKey(kept);
  const { privateKey } = generateKeyPairSync("ed25519");
  store.writeFact("auditKey", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  return privateKey;
}

function parseHead(text: string | null): Head | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isHead(value) ? { seq: value.seq, hash: value.hash } : null;
  } catch {
    return null;
  }
}
