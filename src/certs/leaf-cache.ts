// Step 3 of a request, terminate: TLS contexts by host, so that a leaf is minted once and sessions can resume.
// In: a canonical host of a bound connection. Out: a SecureContext with a leaf that is valid for another day at least.
// Nothing here is written to disk, and the number of hosts kept is bounded.
import { createSecureContext, DEFAULT_CIPHERS, type SecureContext } from "node:tls";
import type { Clock } from "../core/clock.ts";
import type { StoredAuthority } from "../store/profile-store.ts";
import { HOUR_MS, readLeafProfile } from "./certificate-profile.ts";
import { mintLeaf } from "./leaf.ts";

/** Node's own list, with the suite in front whose handshake costs least: its keys are made with SHA-256, not SHA-384 (RFC 8446 §9.1 demands it of all). */
const TLS = { minVersion: "TLSv1.2", honorCipherOrder: true, ciphers: `TLS_AES_128_GCM_SHA256:${DEFAULT_CIPHERS}` } as const;

interface Entry {
  readonly context: SecureContext;
  readonly notBeforeMs: number;
  readonly renewAtMs: number;
}

export class LeafCache {
  readonly #authority: StoredAuthority;
  readonly #clock: Clock;
  readonly #maxHosts: number;
  /** In order of last use: the first is the next to go. */
  readonly #entries = new Map<string, Entry>();

  constructor(authority: StoredAuthority, clock: Clock, maxHosts = 256) {
    this.#authority = authority;
    this.#clock = clock;
    this.#maxHosts = maxHosts;
  }

  /** @throws REQUEST_MALFORMED when `host` is not a plain canonical host */
  secureContextFor(host: string): SecureContext {
    const nowMs = this.#clock.nowMs();
    const known = this.#entries.get(host);
    // A clock set back can leave a leaf not yet valid: that one is replaced as well.
    const entry = known !== undefined && known.notBeforeMs <= nowMs && nowMs < known.renewAtMs ? known : this.#mint(host, nowMs);
    this.#entries.delete(host);
    this.#entries.set(host, entry);
    if (this.#entries.size > this.#maxHosts) this.#dropOldest();
    return entry.context;
  }

  get size(): number {
    return this.#entries.size;
  }

  #mint(host: string, nowMs: number): Entry {
    const leaf = mintLeaf(this.#authority, host, nowMs);
    const context = createSecureContext({ cert: leaf.certificatePem, key: leaf.privateKeyPem, ...TLS });
    return { context, notBeforeMs: leaf.notBeforeMs, renewAtMs: leaf.notAfterMs - readLeafProfile().renewBeforeHours * HOUR_MS };
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }
}
