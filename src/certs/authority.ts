// The certificate authority of one home: made once, kept by the store, trusted only by the children of runs.
// In: the time, or a stored authority. Out: a StoredAuthority, or its key and certificate ready to sign leaves.
// The private key leaves as a Secret and is opened here alone; it is never written to a file.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import { KeywardError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import type { StoredAuthority } from "../store/profile-store.ts";
import { DAY_MS, HOUR_MS, readAuthorityProfile } from "./certificate-profile.ts";
import { signCertificate } from "./sign-certificate.ts";

/** An authority with its key opened. */
export interface OpenAuthority {
  readonly certificate: X509Certificate;
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** A new EC P-256 authority. @throws INTERNAL when node:crypto does not accept what was built */
export function createAuthority(nowMs: number): StoredAuthority {
  const profile = readAuthorityProfile();
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = `${profile.commonName} ${randomBytes(2).toString("hex")}`;
  const notBeforeMs = nowMs - profile.backdateHours * HOUR_MS;
  const certificatePem = signCertificate({
    subjectName: name,
    issuerName: name,
    notBeforeMs,
    notAfterMs: notBeforeMs + profile.lifetimeDays * DAY_MS,
    extensions: [
      { name: "basicConstraints", cA: true, pathLenConstraint: profile.pathLength, critical: true },
      { name: "keyUsage", critical: true, ...Object.fromEntries(profile.keyUsage.map((use) => [use, true])) },
    ],
    publicKey,
    issuerPublicKey: publicKey,
    issuerPrivateKey: privateKey,
  });
  const authority = { certificatePem, privateKeyPem: new Secret(privateKey.export({ type: "pkcs8", format: "pem" }) as string) };
  if (!isAuthorityUsable(authority, nowMs)) throw new KeywardError("INTERNAL", "the new certificate authority fails its own check");
  return authority;
}

/** Can this authority sign leaves, now and for the days its renewal needs? False = make a new one. */
export function isAuthorityUsable(authority: StoredAuthority, nowMs: number): boolean {
  try {
    const { certificate, publicKey } = openAuthority(authority);
    return (
      certificate.ca &&
      certificate.checkIssued(certificate) &&
      certificate.verify(publicKey) &&
      Date.parse(certificate.validFrom) <= nowMs &&
      nowMs + readAuthorityProfile().renewBeforeDays * DAY_MS < Date.parse(certificate.validTo)
    );
  } catch {
    return false;
  }
}

const opened = new WeakMap<StoredAuthority, OpenAuthority>();

/** Parses an authority once. @throws INTERNAL when key and certificate do not belong together */
export function openAuthority(authority: StoredAuthority): OpenAuthority {
  const known = opened.get(authority);
  if (known !== undefined) return known;
  const certificate = new X509Certificate(authority.certificatePem);
  const privateKey = createPrivateKey(authority.privateKeyPem.reveal());
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new KeywardError("INTERNAL", "the stored certificate authority and its key do not belong together");
  }
  const commonName = /^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? "";
  const open = { certificate, commonName, publicKey: createPublicKey(privateKey), privateKey };
  opened.set(authority, open);
  return open;
}
