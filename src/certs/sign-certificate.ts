// Builds and signs one EC certificate: node-forge writes names and extensions, node:crypto owns keys and signatures.
// In: subject and issuer names, validity, extensions, the public key to certify and the key that signs. Out: PEM.
// node-forge never sees a private key, and no certificate is ever parsed or verified with it.
import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import forge from "node-forge";

const { asn1, pki } = forge;
/** Public in node-forge, missing from its types. */
const { getTBSCertificate } = pki as unknown as { getTBSCertificate(this: void, certificate: forge.pki.Certificate): forge.asn1.Asn1 };

/** ecdsa-with-SHA256, RFC 5758 §3.2: its parameters must be absent. */
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
/** Positions in TBSCertificate, RFC 5280 §4.1 (version is always written, so nothing shifts). */
const TBS_SIGNATURE = 2;
const TBS_PUBLIC_KEY = 6;

export interface CertificatePlan {
  /** null = empty subject; the names are in the subjectAltName then. */
  readonly subjectName: string | null;
  readonly issuerName: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** As node-forge takes them; key identifiers are added here. */
  readonly extensions: readonly Readonly<Record<string, unknown>>[];
  readonly publicKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly issuerPrivateKey: KeyObject;
}

export function signCertificate(plan: CertificatePlan): string {
  const tbs = buildTbs(plan);
  const signature = sign("sha256", binary(asn1.toDer(tbs).getBytes()), { key: plan.issuerPrivateKey, dsaEncoding: "der" });
  const certificate = sequence([
    tbs,
    ecdsaAlgorithm(),
    asn1.create(asn1.Class.UNIVERSAL, asn1.Type.BITSTRING, false, `\0${signature.toString("latin1")}`),
  ]);
  return toPem(binary(asn1.toDer(certificate).getBytes()));
}

function buildTbs(plan: CertificatePlan): forge.asn1.Asn1 {
  const certificate = pki.createCertificate();
  certificate.serialNumber = newSerialHex();
  certificate.validity.notBefore = new Date(plan.notBeforeMs);
  certificate.validity.notAfter = new Date(plan.notAfterMs);
  certificate.setSubject(plan.subjectName === null ? [] : [{ name: "commonName", value: plan.subjectName }]);
  certificate.setIssuer([{ name: "commonName", value: plan.issuerName }]);
  certificate.siginfo.algorithmOid = ECDSA_WITH_SHA256;
  // node-forge knows only RSA keys: it gets a stand-in, and the real key replaces it in the tree below.
  certificate.publicKey = pki.setRsaPublicKey(new forge.jsbn.BigInteger("3"), new forge.jsbn.BigInteger("3"));
  certificate.setExtensions([
    ...plan.extensions,
    { id: pki.oids["subjectKeyIdentifier"], value: octets(keyIdentifier(plan.publicKey)) },
    { name: "authorityKeyIdentifier", keyIdentifier: keyIdentifier(plan.issuerPublicKey).toString("latin1") },
  ]);
  const tbs = getTBSCertificate(certificate);
  const fields = tbs.value as forge.asn1.Asn1[];
  fields[TBS_SIGNATURE] = ecdsaAlgorithm();
  fields[TBS_PUBLIC_KEY] = asn1.fromDer(spkiDer(plan.publicKey).toString("latin1"));
  return tbs;
}

/** 128 random bits behind a leading 01: positive and minimally encoded whatever the bits are (RFC 5280 allows 20 octets). */
function newSerialHex(): string {
  return `01${randomBytes(16).toString("hex")}`;
}

/** RFC 5280 §4.2.1.2 method 1: SHA-1 over the bits of the public key (65 octets of an uncompressed P-256 point). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash("sha1").update(spkiDer(publicKey).subarray(-65)).digest();
}

function spkiDer(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: "spki", format: "der" });
}

function ecdsaAlgorithm(): forge.asn1.Asn1 {
  const oid = asn1.oidToDer(ECDSA_WITH_SHA256).getBytes();
  return sequence([asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, oid)]);
}

function sequence(items: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, items);
}

function octets(bytes: Buffer): string {
  return asn1.toDer(asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OCTETSTRING, false, bytes.toString("latin1"))).getBytes();
}

function binary(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
