// A certificate authority as the text of one PEM file, for a gateway's replicas to share. With parse, the whole of that format.
// In: the authority. Out: certificate and PKCS#8 key. The text is as secret as the key.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { StoredAuthority } from "../profile-store.ts";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/;
const KEY = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n?/;

export function authorityToPem({ certificatePem, privateKeyPem }: StoredAuthority): string {
  return `${certificatePem.trimEnd()}\n${privateKeyPem.reveal().trimEnd()}\n`;
}

/** @throws STORE_CORRUPT naming the file */
export function authorityFromPem(text: string, path: string): StoredAuthority {
  const certificatePem = CERTIFICATE.exec(text)?.[0];
  const key = KEY.exec(text)?.[0];
  try {
    if (certificatePem === undefined || key === undefined) throw new Error("incomplete");
    if (!new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(key))) throw new Error("not a pair");
    return { certificatePem, privateKeyPem: new Secret(key) };
  } catch {
    // Without its cause: it can quote the key.
    throw new KeywardError("STORE_CORRUPT", `${path} does not hold a certificate and its key in PEM`, {
      hint: "move the file away; a new one is made",
    });
  }
}
