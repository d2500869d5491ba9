// A secret on its way to a daemon, sealed to that daemon's key: what ends TLS in between, logs or keeps answers sees bytes.
// In: a raw X25519 public key (base64url, RFC 7748) and bytes. Out: `1 | ephemeral public key (32) | AES-256-GCM box`, base64url. The daemon's half is openSealed.
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject } from "node:crypto";
import { KeywardError } from "../../core/errors.ts";
import { seal, unseal } from "./sealed-box.ts";

const FORMAT = 1;
const PUBLIC_BYTES = 32;
/** DER in front of a raw X25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b656e032100", "hex");
const PKCS8_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");

export interface DeviceKeyPair {
  /** base64url of 32 bytes each. */
  readonly publicKey: string;
  readonly privateKey: string;
}

export function newDeviceKeyPair(): DeviceKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return { publicKey: rawPublic(publicKey).toString("base64url"), privateKey: rawPrivate(privateKey).toString("base64url") };
}

const rawPublic = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" }).subarray(SPKI_PREFIX.length);
const rawPrivate = (key: KeyObject): Buffer => key.export({ type: "pkcs8", format: "der" }).subarray(PKCS8_PREFIX.length);

/** @throws HUB_INVALID for what is not 32 bytes */
export function readPublicKey(text: string): KeyObject {
  const raw = Buffer.from(text, "base64url");
  if (raw.length !== PUBLIC_BYTES)
    throw new KeywardError("HUB_INVALID", "a device key has 32 bytes", { detail: { path: "body.public_key" } });
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
}

/** @param belongsTo both sides name the same, for example `<secret>|<version>` */
export function sealToDevice(publicKey: string, plain: Buffer, belongsTo: string): string {
  const device = readPublicKey(publicKey);
  const ephemeral = generateKeyPairSync("x25519");
  const own = rawPublic(ephemeral.publicKey);
  const key = sharedKey(diffieHellman({ privateKey: ephemeral.privateKey, publicKey: device }), own, rawPublic(device));
  return Buffer.concat([Buffer.of(FORMAT), own, seal(key, plain, belongsTo)]).toString("base64url");
}

/** @throws HUB_KEY when it was sealed to another key or for another place */
export function openSealed(keys: DeviceKeyPair, sealed: string, belongsTo: string): Buffer {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes[0] !== FORMAT || bytes.length < 1 + PUBLIC_BYTES)
    throw new KeywardError("HUB_KEY", "what the hub sent is not sealed as this keyward knows it");
  const raw = bytes.subarray(1, 1 + PUBLIC_BYTES);
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(keys.privateKey, "base64url")]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const shared = diffieHellman({ privateKey, publicKey: readPublicKey(raw.toString("base64url")) });
  return unseal(sharedKey(shared, raw, Buffer.from(keys.publicKey, "base64url")), bytes.subarray(1 + PUBLIC_BYTES), belongsTo);
}

function sharedKey(shared: Buffer, ephemeral: Buffer, device: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", shared, Buffer.concat([ephemeral, device]), "keyward device v1", 32));
}
