// What a hub is started with: from the command's options, else from its variables, else a default.
// In: options and the environment. Out: one frozen record. Reads no file.
import { join } from "node:path";
import { KeywardError } from "../core/errors.ts";
import type { RootKeySource } from "./keys/root-key.ts";
import type { UpstreamOptions } from "./upstream/upstream.ts";

export interface HubOptions {
  /** Directory of the SQLite file and of the key file that `hub init` writes. */
  readonly dataDir: string;
  /** `postgres://…` instead of SQLite. */
  readonly databaseUrl: string | undefined;
  /** The owner's URL, for migrations only; the same as databaseUrl unless set. */
  readonly ownerUrl: string | undefined;
  readonly rootKey: RootKeySource;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** What browsers and daemons call the hub; without it, where it listens. */
  readonly publicUrl: string | undefined;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  /** Plain http to other machines, with nothing in front that ends TLS. */
  readonly isInsecureAllowed?: boolean;
  /** The OpenID provider people may sign in at. */
  readonly upstream?: UpstreamOptions | null;
}

/** Where `hub init` keeps the root key when no variable says otherwise. */
export function keyFileIn(dataDir: string): string {
  return join(dataDir, "root.key");
}

export function databaseFileIn(dataDir: string): string {
  return join(dataDir, "hub.db");
}

/**
 * An origin and nothing else: https, or http on loopback.
 * @throws HUB_INSECURE
 */
export function checkHubUrl(text: string, isInsecureAllowed: boolean = false): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const hint = "give an origin such as https://hub.example.com";
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new KeywardError("HUB_INSECURE", "the hub's address is not an https URL", { hint });
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new KeywardError("HUB_INSECURE", "the hub's address has more than an origin", { hint });
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !isInsecureAllowed) {
    throw new KeywardError("HUB_INSECURE", `http to ${url.hostname} would show tokens to the network`, { hint: `use https://${url.host}` });
  }
  return url.origin;
}

/** A name or an address, brackets of IPv6 or not. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || hostname === "::1" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
