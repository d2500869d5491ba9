// A tool that logs in by itself, behind the real proxy and the daemon's own keeping of its tokens: real sockets, a real store, and a
// provider's token endpoint that says what a test tells it to. In: a definition, answers. Out: what the tool heard and what was kept.
import type { Agent } from "node:https";
import { onTestFinished } from "vitest";
import type { AuditRecord } from "../../src/audit/sink.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { Connection } from "../../src/core/connection.ts";
import { randomText } from "../../src/core/ids.ts";
import type { RuleLayer } from "../../src/core/run.ts";
import { captureTokens } from "../../src/daemon/capture/capture-tokens.ts";
import { Freshness } from "../../src/daemon/oauth/freshness.ts";
import { UnlockedProfile, type UnlockedProfileParts } from "../../src/daemon/profiles/unlocked-profile.ts";
import type { Profiles } from "../../src/daemon/profiles/profiles.ts";
import { LiveRuns } from "../../src/daemon/runs/live-runs.ts";
import { hashToken } from "../../src/daemon/runs/live-run.ts";
import type { OAuthSend } from "../../src/oauth/send.ts";
import type { Provider } from "../../src/providers/schema.ts";
import type { ProxyPorts } from "../../src/proxy/ports.ts";
import { tempProfile } from "../unit/store/temp-profile.ts";
import { makeProvider, proxyAgent, type Reply, type Rig, type RigRun, send, startRig } from "./proxy-rig.ts";
import { type Answer, type RecordedRequest, TlsUpstream } from "./tls-upstream.ts";

export const TOKEN_HOST = "login.acme.test";
export const API_HOST = "api.acme.test";
export const TOKEN_PATH = "/oauth/token";

export const acme = makeProvider({
  id: "acme",
  endpoints: [{ host: API_HOST }],
  inject: [[{ in: "header", name: "Authorization", templates: ["Bearer {key}"] }]],
  capture: [
    {
      host: TOKEN_HOST,
      paths: [TOKEN_PATH],
      tokens: [{}, { access: "/authed_user/access_token", refresh: "/authed_user/refresh_token" }],
    },
  ],
});

export interface CaptureScene {
  readonly rig: Rig;
  readonly run: RigRun;
  readonly agent: Agent;
  readonly profile: UnlockedProfile;
  readonly runs: LiveRuns;
  readonly freshness: Freshness;
  readonly requests: readonly RecordedRequest[];
  /** Token requests of keyward's own. */
  readonly asked: Parameters<OAuthSend>[0][];
  readonly audited: AuditRecord[];
  /** What the daemon's audit and store do; a test may break them. */
  readonly broken: { audit: boolean; locked: boolean };
  answerWith(answer: Answer | ((request: RecordedRequest) => Answer)): void;
  /** As the tool sends it: a form, unless said. */
  post(body: string, headers?: Readonly<Record<string, string>>, path?: string): Promise<Reply>;
  api(authorization: string): Promise<Reply>;
  connections(): string[];
  real(connection: Connection | undefined, field?: string): string | undefined;
}

export interface CaptureSetup {
  readonly definition?: Provider;
  readonly captures?: readonly string[];
  readonly layers?: readonly RuleLayer[];
  readonly renewWith?: OAuthSend;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

export async function captureScene(setup: CaptureSetup = {}): Promise<CaptureScene> {
  const definition = setup.definition ?? acme;
  const upstream = await new TlsUpstream({ hosts: [TOKEN_HOST, API_HOST] }).listen();
  const temp = tempProfile();
  const audited: AuditRecord[] = [];
  const broken = { audit: false, locked: false };
  const audit = {
    append: (record: AuditRecord): void => {
      if (broken.audit) throw new Error("disk full");
      audited.push(record);
    },
  };
  const parts = { store: temp.store, audit, authority: {}, key: temp.key, clock: systemClock } as unknown as UnlockedProfileParts;
  const profile = new UnlockedProfile(parts);
  const asked: CaptureScene["asked"] = [];
  const sendOAuth: OAuthSend = (request) => {
    asked.push(request);
    return (setup.renewWith ?? (() => Promise.reject(new Error("nobody is to be asked"))))(request);
  };
  const log = { info: () => undefined, warn: () => undefined };
  const freshness = new Freshness({ clock: systemClock, steadyMs: () => performance.now(), send: sendOAuth, log });
  const runs = new LiveRuns({ clock: systemClock, onEnd: () => undefined, onBug: () => undefined });
  const profiles = { opened: () => (broken.locked ? [] : [profile]) } as unknown as Profiles;
  const find = (id: string): Provider | null => (id === definition.id ? definition : null);
  const token = randomText(43);
  const record = {
    id: `run_${randomText(16)}`,
    tokenHash: hashToken(token),
    command: "tool",
    selection: { connections: [], providers: [] },
    bound: [],
    layers: setup.layers ?? [],
    owner: null,
    startedAtMs: Date.now(),
    expiresAtMs: Date.now() + 3_600_000,
    network: null,
    captures: setup.captures ?? ["acme"],
  };
  const sources = () => ({ connections: profile.connections(), find, suggest: () => [], revision: String(profile.revision) });
  const live = runs.add({ name: profile.name, runs: temp.store.runs, sources }, record);
  const overrides: Partial<ProxyPorts> = {
    authenticate: (id, shown) => runs.authenticate(id, shown),
    isRunLive: (id) => runs.find(id) !== null,
    knownPlaceholders: () => profile.knownPlaceholders(),
    knownSecrets: () => profile.knownSecrets(),
    credential: async (connection) => freshness.ensure(profile, connection, profile.credential(connection)!),
    capture: captureTokens({ profiles, runs, freshness }),
  };
  const rig = await startRig({ upstreams: [upstream], hosts: [TOKEN_HOST, API_HOST], overrides });
  const run: RigRun = { run: live, token, counts: { requests: 0, denied: 0 }, bindings: [] };
  const agent = proxyAgent(rig, run);
  onTestFinished(async () => {
    agent.destroy();
    runs.close();
    await rig.close();
    await upstream.close();
  });
  return {
    rig,
    run,
    agent,
    profile,
    runs,
    freshness,
    requests: upstream.requests,
    asked,
    audited,
    broken,
    answerWith: (answer) => upstream.answerWith(answer),
    post: (body, headers = FORM, path = TOKEN_PATH) =>
      send(agent, { host: TOKEN_HOST, path, method: "POST", headers: { ...headers }, body }),
    api: (authorization) => send(agent, { host: API_HOST, path: "/v1", headers: { authorization } }),
    connections: () =>
      profile
        .connections()
        .map(({ provider, name }) => `${provider}=${name}`)
        .sort(),
    real: (connection, field = "key") =>
      connection === undefined ? undefined : temp.store.connections.credential(connection)?.fields[field]?.reveal(),
  };
}

/** A token as a server would give one: made here, so that none is in a file. */
export function newSecretText(prefix = "tok"): string {
  return `${prefix}_${randomText(36)}`;
}
