// A Java trust store in the JKS form, written and read without keytool: every JVM since 1.2 takes it, without a password if need be.
// In: certificates as PEM, or the bytes of somebody's store. Out: bytes, or certificates. It holds certificates only, never a key.
import { createHash } from "node:crypto";

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
/** What Java's own trust store has always had; it protects nothing, the digest only finds damage. */
export const STORE_PASSWORD = "changeit";
/** Mixed into the digest by every implementation of the form. */
const WHITENER = "Mighty Aphrodite";
const DIGEST_BYTES = 20;

export function writeKeyStore(certificates: readonly string[]): Buffer {
  const entries = certificates.flatMap((pem, at) => {
    const der = derOf(pem);
    const created = Buffer.alloc(8);
    return [uint32(TRUSTED_CERTIFICATE), text(`keyward-${at}`), created, text("X.509"), uint32(der.length), der];
  });
  const content = Buffer.concat([uint32(MAGIC), uint32(VERSION), uint32(certificates.length), ...entries]);
  const password = Buffer.from(STORE_PASSWORD, "utf16le").swap16();
  return Buffer.concat([content, createHash("sha1").update(password).update(WHITENER).update(content).digest()]);
}

/** The trusted certificates of a JKS store as PEM; null when the bytes are something else (PKCS#12, or a store with private keys). */
export function readKeyStore(bytes: Buffer): string[] | null {
  if (bytes.length < 12 + DIGEST_BYTES || bytes.readUInt32BE(0) !== MAGIC || bytes.readUInt32BE(4) !== VERSION) return null;
  const reader = new Reader(bytes.subarray(0, -DIGEST_BYTES), 8);
  try {
    return Array.from({ length: reader.uint32() }, () => {
      if (reader.uint32() !== TRUSTED_CERTIFICATE) throw new RangeError("not a certificate");
      reader.text();
      reader.take(8);
      reader.text();
      return pemOf(reader.take(reader.uint32()));
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  text(): void {
    this.take(this.take(2).readUInt16BE());
  }

  /** @throws RangeError past the end */
  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError("cut short");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** OpenSSL's `TRUSTED CERTIFICATE` carries its trust settings behind the certificate: the first DER value is the certificate. */
function derOf(pem: string): Buffer {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const lengthBytes = (bytes[1] ?? 0) < 0x80 ? 0 : (bytes[1] ?? 0) & 0x7f;
  const length = lengthBytes === 0 ? (bytes[1] ?? 0) : bytes.readUIntBE(2, Math.min(lengthBytes, 4));
  return bytes.subarray(0, 2 + lengthBytes + length);
}

function pemOf(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${(der.toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END CERTIFICATE-----`;
}
