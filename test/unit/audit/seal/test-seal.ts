// A seal that keeps in memory what the store would keep.
import { generateKeyPairSync } from "node:crypto";
import type { Head } from "../../../../src/audit/head-file.ts";
import { type AuditSeal, publicHalf, signWith } from "../../../../src/audit/seal/checkpoint.ts";

export function testSeal(): AuditSeal {
  const { privateKey } = generateKeyPairSync("ed25519");
  let head: Head | null = null;
  return {
    publicKey: publicHalf(privateKey),
    sign: (text) => signWith(privateKey, text),
    readHead: () => head,
    writeHead: (next) => {
      head = next;
    },
  };
}
