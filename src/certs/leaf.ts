// Step 3 of a request, terminate: the certificate the child sees for one bound host.
// In: the authority, a canonical host, the time. Out: PEM of a short-lived leaf and its key, for memory only.
// It certifies exactly one DNS name or IP address: no wildcard, no common name, nothing else.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { KeywardError } from "../core/errors.ts";
import { canonicalHost } from "../core/host.ts";
import type { StoredAuthority } from "../store/profile-store.ts";
import { openAuthority } from "./authority.ts";
import { DAY_MS, HOUR_MS, readLeafProfile } from "./certificate-profile.ts";
import { signCertificate } from "./sign-certificate.ts";

export interface Leaf {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

interface LeafKey {
  readonly publicKey: KeyObject;
  readonly privateKeyPem: string;
}

/** One key for all leaves of this process: whoever can read one can read all, so further keys would buy nothing. */
let leafKey: LeafKey | null = null;

/** @throws REQUEST_MALFORMED when `host` is not a plain canonical host */
export function mintLeaf(authority: StoredAuthority, host: string, nowMs: number): Leaf {
  const address = isIP(host);
  if (canonicalHost(address === 6 ? `[${host}]` : host) !== host) {
    throw new KeywardError("REQUEST_MALFORMED", "a certificate can be made only for a plain host name or address");
  }
  const issuer = openAuthority(authority);
  const profile = readLeafProfile();
  const key = (leafKey ??= newLeafKey());
  // A leaf that outlives its issuer, or is older, would be refused by strict clients: stay within.
  const notBeforeMs = Math.max(nowMs - profile.backdateHours * HOUR_MS, Date.parse(issuer.certificate.validFrom));
  const notAfterMs = Math.min(
    nowMs + profile.lifetimeDays * DAY_MS - profile.backdateHours * HOUR_MS,
    Date.parse(issuer.certificate.validTo),
  );
  const certificatePem = signCertificate({
    subjectName: null,
    issuerName: issuer.commonName,
    notBeforeMs,
    notAfterMs,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", critical: true, ...Object.fromEntries(profile.keyUsage.map((use) => [use, true])) },
      { name: "extKeyUsage", ...Object.fromEntries(profile.extendedKeyUsage.map((use) => [use, true])) },
      // Critical because the subject is empty (RFC 5280 §4.2.1.6). Type 2 is a DNS name, 7 an address.
      { name: "subjectAltName", critical: true, altNames: [address === 0 ? { type: 2, value: host } : { type: 7, ip: host }] },
    ],
    publicKey: key.publicKey,
    issuerPublicKey: issuer.publicKey,
    issuerPrivateKey: issuer.privateKey,
  });
  return { certificatePem, privateKeyPem: key.privateKeyPem, notBeforeMs, notAfterMs };
}

function newLeafKey(): LeafKey {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { publicKey, privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }) as string };
}
