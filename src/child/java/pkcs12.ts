// Takes the certificates out of a PKCS#12 trust store, the form that keytool has written since Java 9.
// In: the store's bytes and its password. Out: certificates as PEM, or null when the bytes are something else or the password is wrong.
// It never takes a private key; node-forge, which is slow to load, is loaded only for a user who has such a store.
import { createRequire } from "node:module";

/** The part of node-forge that is used here. */
interface Forge {
  readonly asn1: {
    fromDer(bytes: unknown): unknown;
    toDer(value: unknown): { getBytes(): string };
  };
  readonly util: { createBuffer(bytes: string): unknown };
  readonly pki: { readonly oids: Readonly<Record<string, string>>; certificateToAsn1(certificate: unknown): unknown };
  readonly pkcs12: {
    pkcs12FromAsn1(value: unknown, password: string): { getBags(filter: object): Readonly<Record<string, readonly Bag[] | undefined>> };
  };
}

/** A certificate with a key that forge does not know (EC) is there as plain ASN.1. */
interface Bag {
  readonly cert: unknown;
  readonly asn1?: unknown;
}

export function readPkcs12(bytes: Buffer, password: string): string[] | null {
  // A DER sequence, before anything heavy is loaded.
  if (bytes[0] !== 0x30) return null;
  const { asn1, pki, pkcs12, util } = createRequire(import.meta.url)("node-forge") as Forge;
  const bagType = pki.oids["certBag"] ?? "";
  try {
    const store = pkcs12.pkcs12FromAsn1(asn1.fromDer(util.createBuffer(bytes.toString("latin1"))), password);
    const bags = store.getBags({ bagType })[bagType] ?? [];
    return bags.map(({ cert, asn1: plain }) => pemOf(asn1.toDer(cert === null ? plain : pki.certificateToAsn1(cert)).getBytes()));
  } catch {
    // forge throws plain errors for every fault of the bytes and for a wrong password.
    return null;
  }
}

function pemOf(der: string): string {
  const lines =
    Buffer.from(der, "latin1")
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----`;
}
