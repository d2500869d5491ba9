// Used by demo.mjs, bench.mjs and the tests, not run by itself: a certificate authority that lives as long as the process, for TLS
// servers on loopback that stand in for a provider. It is not keyward's own authority and nothing outside this process trusts it
// unless it is told to.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import forge from "node-forge";

const DAY_MS = 86_400_000;

/**
 * @typedef {object} LeafOptions
 * @property {Date} [notBefore]
 * @property {Date} [notAfter]
 * @property {boolean} [selfSigned] signed by its own key instead of the authority's
 */

/**
 * @typedef {object} Leaf
 * @property {string} certificatePem
 * @property {string} privateKeyPem
 */

/**
 * @typedef {object} ThrowawayAuthority
 * @property {string} certificatePem
 * @property {(hosts: readonly string[], options?: LeafOptions) => Leaf} issue a certificate for these host names
 */

/** @returns {ThrowawayAuthority} */
export function makeThrowawayAuthority(name = "Throwaway test authority") {
  const keys = makeKeys();
  const subject = [{ name: "commonName", value: `${name} ${randomBytes(4).toString("hex")}` }];
  const certificate = fill(keys, {
    subject,
    issuer: subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
  });
  certificate.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    certificatePem: forge.pki.certificateToPem(certificate),
    issue: (hosts, options = {}) => issueLeaf({ certificate, keys }, hosts, options),
  };
}

/** One key for all leaves of the process: making one takes longer than a whole test. */
let sharedKeys = null;

function issueLeaf(authority, hosts, options) {
  sharedKeys ??= makeKeys();
  const keys = sharedKeys;
  const subject = [{ name: "commonName", value: hosts[0] ?? "nobody" }];
  const issuer = options.selfSigned ? subject : authority.certificate.subject.attributes;
  const leaf = fill(keys, {
    subject,
    issuer,
    notBefore: options.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + DAY_MS),
  });
  leaf.setExtensions([
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })) },
  ]);
  leaf.sign(options.selfSigned ? keys.privateKey : authority.keys.privateKey, forge.md.sha256.create());
  return { certificatePem: forge.pki.certificateToPem(leaf), privateKeyPem: keys.privateKeyPem };
}

function fill(keys, { subject, issuer, notBefore, notAfter }) {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  // A leading 01 keeps the number positive without padding that strict parsers refuse.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = notBefore;
  certificate.validity.notAfter = notAfter;
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  return certificate;
}

/** Node makes the keys: the library's own key generation blocks for up to a second. */
function makeKeys() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const privateKeyPem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const parsed = forge.pki.privateKeyFromPem(privateKeyPem);
  return { privateKeyPem, privateKey: parsed, publicKey: forge.pki.setRsaPublicKey(parsed.n, parsed.e) };
}
