// The hub as a process: opens it, listens, works in the background, and stops without losing anything.
// In: options. Out: a running hub. The only object graph of the hub.
import type { RequestListener } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { type Clock, systemClock } from "../core/clock.ts";
import { createHubApp, type HubApp } from "./http/hub-app.ts";
import { checkHubUrl, type HubOptions } from "./hub-options.ts";
import type { HubLog, HubParts } from "./hub-parts.ts";
import { checkExposure, createHubServer, drain, type HubServer, listen, readCertificate } from "./listen.ts";
import { type OpenHub, openHub } from "./open-hub.ts";
import { ROUTES } from "./routes/routes.ts";
import { createChanges } from "./storage/changes.ts";
import { createDigester } from "./tokens/digest.ts";
import { createLastUses } from "./tokens/last-use.ts";
import { addHealth, type Health } from "./http/health.ts";
import { createAddressOf } from "./http/input/client-address.ts";
import { addOAuthEndpoints } from "./http/oauth-endpoints.ts";
import { createRateLimit, type RateLimit } from "./http/rate-limit.ts";
import { createTurns } from "./turns.ts";
import { addDevicePage } from "./pages/device-page.ts";
import { addJoin } from "./pages/join-page.ts";
import { addSignIn } from "./pages/sign-in-page.ts";
import { addUpstream } from "./pages/upstream-page.ts";
import { createUpstream } from "./upstream/upstream.ts";
import { INTERVAL_MS } from "./device/begin-login.ts";
import { createProbe, type Probe } from "./vault/probe-key.ts";

export interface RunningHub {
  /** Where it listens: `https://127.0.0.1:8787`. */
  readonly url: string;
  readonly parts: HubParts;
  /** Says "not ready", for `lameMs` still to new connections; lets what is under way finish, writes what waits, closes. */
  stop(lameMs?: number): Promise<void>;
}

export interface Serving {
  readonly options: HubOptions;
  readonly log: HubLog;
  readonly clock?: Clock;
  readonly lastUseEveryMs?: number;
  readonly probe?: Probe;
  readonly pollEveryMs?: number;
  readonly limit?: RateLimit;
}

const LAST_USE_EVERY_MS = 60_000;
/** Of one tenant. Of 200 daemons the last hears of a revocation 1.3 s after it, 1.4 s with two at once and 1.9 s one by one; more gain nothing. */
const WOKEN_AT_ONCE = 8;

/** @throws whatever openHub does, PORT_TAKEN, HUB_INSECURE, HUB_UNUSABLE for TLS files and proxies */
export async function serveHub(serving: Serving): Promise<RunningHub> {
  const { options, log, clock = systemClock } = serving;
  checkExposure(options);
  const certificate = readCertificate(options.tls);
  const addressOf = createAddressOf(options.trustedProxies ?? []);
  const opened = await openHub({ options, clock, log, mayCreate: false });
  const health: Health = { isStopping: false };
  // Made once the address is known, for the port may be any.
  const made: { app?: HubApp } = {};
  const server = createHubServer(certificate, listenerFor(made, health));
  try {
    const address = await listen(server, options);
    const url = `${options.tls === null ? "http" : "https"}://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
    const publicUrl = options.publicUrl === undefined ? url : checkHubUrl(options.publicUrl, true);
    const parts = makeParts(serving, opened, { publicUrl, addressOf });
    made.app = createApp(parts, health);
    const timer = setInterval(() => void parts.lastUses.flush(), serving.lastUseEveryMs ?? LAST_USE_EVERY_MS);
    log.info("listening", { url: publicUrl });
    return { url, parts, stop: (lameMs = 0) => stop({ parts, server, health, timer }, lameMs) };
  } catch (error) {
    // An open pool would keep the process alive.
    await opened.storage.close();
    throw error;
  }
}

function listenerFor(made: { readonly app?: HubApp }, health: Health): RequestListener {
  const listener = getRequestListener((request, env) =>
    made.app === undefined ? new Response(null, { status: 503 }) : made.app.fetch(request, env),
  );
  return (request, response) => {
    // Whoever keeps a connection for the next request is sent to another replica.
    if (health.isStopping) response.setHeader("connection", "close");
    void listener(request, response);
  };
}

function makeParts(
  { options, log, clock = systemClock, probe = createProbe(), pollEveryMs = INTERVAL_MS, limit = createRateLimit(clock) }: Serving,
  { storage, roots }: OpenHub,
  known: Pick<HubParts, "publicUrl" | "addressOf">,
): HubParts {
  return {
    storage,
    roots,
    digester: createDigester(roots),
    clock,
    lastUses: createLastUses(storage),
    changes: createChanges(storage, log),
    turns: createTurns(WOKEN_AT_ONCE),
    limit,
    log,
    probe,
    pollEveryMs,
    upstream: options.upstream ? createUpstream(options.upstream) : null,
    ...known,
  };
}

function createApp(parts: HubParts, health: Health): HubApp {
  const app = createHubApp(parts, ROUTES);
  addOAuthEndpoints(app, parts, parts.limit);
  addSignIn(app, parts, parts.limit);
  addJoin(app, parts, parts.limit);
  addUpstream(app, parts, parts.limit);
  addDevicePage(app, parts, parts.limit);
  addHealth(app, parts, health);
  return app;
}

interface Stopping {
  readonly parts: HubParts;
  readonly server: HubServer;
  readonly health: Health;
  readonly timer: NodeJS.Timeout;
}

async function stop({ parts, server, health, timer }: Stopping, lameMs: number): Promise<void> {
  health.isStopping = true;
  // What sends traffic here reads /readyz meanwhile and stops; what arrives until then is answered.
  await delay(lameMs);
  clearInterval(timer);
  // Long polls end here and not before: whoever is answered asks again at once.
  parts.changes.stop();
  await drain(server);
  await parts.lastUses.flush();
  await parts.storage.close();
}
