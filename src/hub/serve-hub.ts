// The hub as a process: opens it, listens, works in the background, and stops without losing anything.
// In: options. Out: a running hub. The only object graph of the hub.
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { type Clock, systemClock } from "../core/clock.ts";
import { KeywardError, systemCode } from "../core/errors.ts";
import { createHubApp, type HubApp } from "./http/hub-app.ts";
import { checkHubUrl, type HubOptions } from "./hub-options.ts";
import type { HubLog, HubParts } from "./hub-parts.ts";
import { openHub } from "./open-hub.ts";
import { ROUTES } from "./routes/routes.ts";
import { createChanges } from "./storage/changes.ts";
import { createDigester } from "./tokens/digest.ts";
import { createLastUses } from "./tokens/last-use.ts";
import { addHealth, type Health } from "./http/health.ts";
import { addOAuthEndpoints } from "./http/oauth-endpoints.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import { addDevicePage } from "./pages/device-page.ts";
import { addJoin } from "./pages/join-page.ts";
import { addSignIn } from "./pages/sign-in-page.ts";
import { addUpstream } from "./pages/upstream-page.ts";
import { createUpstream } from "./upstream/upstream.ts";
import { createProbe, type Probe } from "./vault/probe-key.ts";

export interface RunningHub {
  /** Where it listens: `https://127.0.0.1:8787`. */
  readonly url: string;
  readonly parts: HubParts;
  /** Says "not ready", lets what is under way finish, writes what waits, closes. */
  stop(): Promise<void>;
}

export interface Serving {
  readonly options: HubOptions;
  readonly log: HubLog;
  readonly clock?: Clock;
  readonly lastUseEveryMs?: number;
  readonly probe?: Probe;
}

const LAST_USE_EVERY_MS = 60_000;
const DRAIN_MS = 10_000;

/** @throws whatever openHub does, PORT_TAKEN, HUB_UNUSABLE for TLS files */
export async function serveHub(serving: Serving): Promise<RunningHub> {
  const { options, log, clock = systemClock, lastUseEveryMs = LAST_USE_EVERY_MS } = serving;
  const { storage, roots } = await openHub({ options, clock, log, mayCreate: false });
  const lastUses = createLastUses(storage);
  const changes = createChanges(storage, log);
  const limit = createRateLimit(clock);
  const health: Health = { isStopping: false };
  // Made once the address is known, for the port may be any.
  const made: { app?: HubApp } = {};
  const listener = getRequestListener((request, env) =>
    made.app === undefined ? new Response(null, { status: 503 }) : made.app.fetch(request, env),
  );
  const onRequest: RequestListener = (request, response) => void listener(request, response);
  const server = options.tls === null ? createHttpServer(onRequest) : createHttpsServer(readTls(options.tls), onRequest);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  const address = await listen(server, options);
  const url = `${options.tls === null ? "http" : "https"}://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
  const publicUrl = options.publicUrl === undefined ? url : checkHubUrl(options.publicUrl, true);
  const outside = {
    probe: serving.probe ?? createProbe(),
    upstream: options.upstream ? createUpstream(options.upstream) : null,
  };
  const parts: HubParts = { storage, roots, digester: createDigester(roots), clock, lastUses, changes, limit, log, publicUrl, ...outside };
  const app = createHubApp(parts, ROUTES);
  addOAuthEndpoints(app, parts, limit);
  addSignIn(app, parts, limit);
  addJoin(app, parts, limit);
  addUpstream(app, parts, limit);
  addDevicePage(app, parts, limit);
  addHealth(app, parts, health);
  made.app = app;
  const timer = setInterval(() => void lastUses.flush(), lastUseEveryMs);
  log.info("listening", { url: publicUrl });
  return {
    url,
    parts,
    stop: async () => {
      health.isStopping = true;
      clearInterval(timer);
      changes.stop();
      await drain(server);
      await lastUses.flush();
      await storage.close();
    },
  };
}

type Server = ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>;

async function listen(server: Server, { host, port }: HubOptions): Promise<AddressInfo> {
  return await new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const code = systemCode(error) ?? "unknown reason";
      reject(
        new KeywardError("PORT_TAKEN", `the hub cannot listen on ${host}:${port} (${code})`, {
          hint: "choose another with --port",
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function readTls({ certFile, keyFile }: NonNullable<HubOptions["tls"]>): { cert: Buffer; key: Buffer } {
  try {
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  } catch (error) {
    throw new KeywardError("HUB_UNUSABLE", `the certificate or its key cannot be read (${systemCode(error) ?? "unknown reason"})`, {
      hint: "check --tls-cert and --tls-key",
    });
  }
}

async function drain(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
