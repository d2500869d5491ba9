// The hub's server socket: TLS or not, on which address, and how it ends.
// In: options and what answers a request. Out: a server that listens; later one that has let everybody finish. Plain http goes to other machines only
// when something in front ends TLS or someone said so.
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import { KeywardError, systemCode } from "../core/errors.ts";
import { checkHubUrl, type HubOptions, isLoopback } from "./hub-options.ts";

export type HubServer = ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>;

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const DRAIN_MS = 10_000;
const SWEEP_EVERY_MS = 50;

/** @throws HUB_INSECURE when passwords and tokens would cross a network in the clear */
export function checkExposure({ tls, host, publicUrl, isInsecureAllowed = false }: HubOptions): void {
  if (publicUrl !== undefined) checkHubUrl(publicUrl, isInsecureAllowed);
  const isEncrypted = tls !== null || publicUrl?.startsWith("https:") === true;
  if (isEncrypted || isInsecureAllowed || isLoopback(host)) return;
  throw new KeywardError("HUB_INSECURE", `plain http on ${host} would show passwords and tokens to the network`, {
    hint: "give --tls-cert and --tls-key, --url https://… of what ends TLS in front, or --insecure-http",
  });
}

/** Null without TLS. @throws HUB_UNUSABLE for files that cannot be read, are no PEM or do not belong together */
export function readCertificate(tls: HubOptions["tls"]): Certificate | null {
  if (tls === null) return null;
  const hint = "check --tls-cert and --tls-key";
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new KeywardError("HUB_UNUSABLE", `the certificate or its key cannot be read (${systemCode(error) ?? "unknown reason"})`, {
        hint,
      });
    }
  };
  const files = { cert: read(tls.certFile), key: read(tls.keyFile) };
  try {
    createSecureContext(files);
    return files;
  } catch (error) {
    // Without its cause: OpenSSL's words can repeat what it read.
    throw new KeywardError("HUB_UNUSABLE", `the certificate and its key cannot be used (${systemCode(error) ?? "unknown reason"})`, {
      hint,
    });
  }
}

export function createHubServer(certificate: Certificate | null, onRequest: RequestListener): HubServer {
  const server = certificate === null ? createHttpServer(onRequest) : createHttpsServer(certificate, onRequest);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return server;
}

/** @throws PORT_TAKEN */
export async function listen(server: HubServer, { host, port }: Pick<HubOptions, "host" | "port">): Promise<AddressInfo> {
  return await new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const code = systemCode(error) ?? "unknown reason";
      reject(
        new KeywardError("PORT_TAKEN", `the hub cannot listen on ${host}:${port} (${code})`, {
          hint: "choose another with --listen",
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** No new connection, every answer under way to its end, and what does not end cut off. */
export async function drain(server: HubServer): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    // A connection whose answer was under way is kept by its client afterwards.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    server.closeIdleConnections();
  });
}
