// hub.*: the daemon's side of a link to a hub. It logs in, keeps the tokens, enrols itself as a device and calls the hub for commands.
// In: what a command wants. Out: identities and answers of the hub. No token of the hub's ever leaves over the control socket.
import { setTimeout as delay } from "node:timers/promises";
import type { HubIdentity, HubState } from "../../control/api/hub.ts";
import type { Params, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { beginDeviceLogin, type DeviceCodes, type HubTokens, pollDeviceLogin } from "../../hub/client/device-login.ts";
import type { HubRequest, HubResponse } from "../../hub/client/hub-client.ts";
import { checkHubUrl } from "../../hub/hub-options.ts";
import { newDeviceKeyPair } from "../../hub/keys/seal-to-device.ts";
import { kindOf } from "../../core/shapes/hub-token.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { wipeHub } from "./apply-sync.ts";
import { callHub, upload } from "./hub-call.ts";
import { endAtHub, endDevice, leaveHub } from "./leave-hub.ts";
import { RunQueue } from "./run-queue.ts";
import {
  EMPTY_CACHE,
  type HubLink,
  readCache,
  readLastUrls,
  readLink,
  workspaceHeader,
  writeCache,
  writeLastUrls,
  writeLink,
} from "./hub-link.ts";

type HubMethodNames = Extract<keyof MethodTable, `hub.${string}`>;

interface PendingLogin {
  readonly urls: HubLink["urls"];
  readonly codes: DeviceCodes;
  readonly clientId: string;
  readonly deadlineMs: number;
  waiting: Promise<HubIdentity> | null;
}

export function hubMethods(parts: DaemonParts): Pick<MethodTable, HubMethodNames> {
  const pending = new Map<string, PendingLogin>();
  return {
    "hub.loginBegin": (params) => begin(params, parts, pending),
    "hub.loginWait": (params) => wait(params, parts, pending),
    "hub.storeToken": (params) => storeToken(params, parts),
    "hub.state": async ({ profile }) => stateOf(await parts.profiles.find(profile), parts),
    "hub.logout": (params) => logout(params, parts),
    "hub.call": (params) => callHub(params, parts),
    "hub.useWorkspace": (params) => useWorkspace(params, parts),
    "hub.sync": async ({ profile }) => {
      const open = await parts.profiles.ensure(profile);
      enrolToken(open, parts);
      await parts.hubSyncs.pull(open);
      return stateOf(open, parts);
    },
    "hub.queue": ({ profile }) => {
      const queue = new RunQueue(parts.paths, parts.profiles.nameOf(profile));
      const runs = queue.list().map(({ summary, attempts, lastError, uploadedAtMs }) => {
        return {
          runId: summary.run_id,
          startedAtMs: summary.started_at * 1_000,
          attempts,
          code: lastError,
          uploaded: uploadedAtMs !== null,
        };
      });
      return { runs };
    },
    "hub.upload": (params) => upload(params, parts),
  };
}

/** @throws HUB_INSECURE */
function checkedUrls({
  url,
  alternates = [],
  insecure,
}: Pick<Params<"hub.storeToken">, "url" | "alternates" | "insecure">): HubLink["urls"] {
  return [checkHubUrl(url, insecure), ...alternates.map((each) => checkHubUrl(each, insecure))];
}

async function begin(
  params: Params<"hub.loginBegin">,
  parts: DaemonParts,
  pending: Map<string, PendingLogin>,
): Promise<Result<"hub.loginBegin">> {
  const urls = checkedUrls(params);
  // Before a code is shown: a locked profile is said now.
  await parts.profiles.ensure(params.profile);
  const { clientId, scopes, hostName } = params;
  const codes = await beginDeviceLogin(parts.hubSessions.clientFor(urls), { clientId, scopes, hostName });
  const nowMs = parts.clock.nowMs();
  for (const [id, { deadlineMs }] of pending) if (deadlineMs < nowMs) pending.delete(id);
  const loginId = newId("log");
  const deadlineMs = nowMs + codes.expiresInS * 1_000;
  pending.set(loginId, { urls, codes, clientId, deadlineMs, waiting: null });
  const { userCode, verificationUri, verificationUriComplete } = codes;
  return { loginId, userCode, verificationUri, verificationUriComplete, expiresAtMs: deadlineMs };
}

/** Asked again for a login that another command waits for, it answers the same. @throws LOGIN_CANCELLED, LOGIN_EXPIRED */
async function wait(params: Params<"hub.loginWait">, parts: DaemonParts, pending: Map<string, PendingLogin>): Promise<HubIdentity> {
  const login = pending.get(params.loginId);
  if (login === undefined) throw new KeywardError("LOGIN_EXPIRED", "there is no such login, or it is over", { hint: "keyward auth login" });
  const profile = await parts.profiles.ensure(params.profile);
  login.waiting ??= complete(login, profile, parts).finally(() => pending.delete(params.loginId));
  return await login.waiting;
}

async function complete(
  { urls, codes, clientId, deadlineMs }: PendingLogin,
  profile: UnlockedProfile,
  parts: DaemonParts,
): Promise<HubIdentity> {
  const client = parts.hubSessions.clientFor(urls);
  const nowMs = (): number => parts.clock.nowMs();
  const sleep = async (ms: number): Promise<void> => {
    await delay(ms);
  };
  const tokens = await pollDeviceLogin(client, { codes, clientId, deadlineMs, nowMs, sleep });
  let link = linkOf(urls, tokens, nowMs());
  try {
    const send: Send = (request) => parts.hubSessions.callBy(urls, { ...request, token: tokens.accessToken });
    link = await enrolled(link, profile.name, send);
    // Only once the new login is kept: what it replaces must not stay alive at the hub.
    const before = replaceLink(profile, link, parts);
    if (before !== null) await endAtHub(parts.hubSessions, before);
  } catch (error) {
    // Nor must one that could not be kept, or its device: nobody else has their tokens.
    await endAtHub(parts.hubSessions, link);
    throw error;
  }
  return identityOf(parts.hubSessions.require(profile));
}

function linkOf(urls: HubLink["urls"], tokens: HubTokens, nowMs: number): HubLink {
  const { accessToken, refreshToken, expiresInS, scopes, sessionId, user, tenant, workspace } = tokens;
  const session = { accessToken, refreshToken, scopes, sessionId, expiresAtMs: nowMs + expiresInS * 1_000 };
  return { urls, session, token: null, user, tenant, workspace, device: null };
}

type Send = (request: Omit<HubRequest, "token">) => Promise<HubResponse>;

/** The link with this daemon as a device of its workspace, where the login may sync. */
async function enrolled(link: HubLink, name: string, send: Send): Promise<HubLink> {
  if (link.workspace === null || link.session?.scopes.includes("sync:pull") !== true) return link;
  const keys = newDeviceKeyPair();
  const body = { name, public_key: keys.publicKey };
  const answer = await send({ method: "POST", path: "/v1/devices", body, headers: workspaceHeader(link) });
  const { id, token } = answer.body as { id: string; token: string };
  return { ...link, device: { id, token, ...keys } };
}

/** Without a pause in between: what an older watch is being told has no place in the new link. The first pull is made by the new watch. */
function replaceLink(profile: UnlockedProfile, link: HubLink | null, parts: DaemonParts): HubLink | null {
  const before = readLink(profile);
  parts.hubSyncs.unwatch(profile.name);
  wipeHub(profile, readCache(profile));
  writeCache(profile, EMPTY_CACHE);
  writeLink(profile, link);
  if (before !== null || link !== null) writeLastUrls(profile, (link ?? before)?.urls ?? []);
  parts.hubSyncs.watch(profile);
  return before;
}

async function storeToken(params: Params<"hub.storeToken">, parts: DaemonParts): Promise<Result<"hub.storeToken">> {
  const urls = checkedUrls(params);
  if (kindOf(params.token) !== "pat") {
    throw new KeywardError("HUB_INVALID", "this is not an API token of a hub: one begins with kw_pat_ and ends with its checksum");
  }
  const profile = await parts.profiles.ensure(params.profile);
  const nobody = { session: null, user: null, tenant: { id: "", name: "" }, workspace: null, device: null };
  const before = replaceLink(profile, { ...nobody, urls, token: params.token }, parts);
  if (before !== null) await endAtHub(parts.hubSessions, before);
  return { replaced: before !== null };
}

/** A stored API token syncs as itself, sealed to a key that is made when it is first asked to: storing it asks nobody. */
function enrolToken(profile: UnlockedProfile, parts: DaemonParts): void {
  const link = readLink(profile);
  if (link === null || link.token === null || link.device !== null) return;
  writeLink(profile, { ...link, device: { id: "", token: link.token, ...newDeviceKeyPair() } });
  parts.hubSyncs.watch(profile);
}

function identityOf(link: HubLink): HubIdentity {
  const { urls, token, user, tenant, workspace, session } = link;
  return {
    url: urls[0],
    method: token === null ? "session" : "token",
    user,
    tenant,
    workspace,
    scopes: session?.scopes ?? [],
    expiresAtMs: session?.expiresAtMs ?? null,
  };
}

function stateOf(profile: UnlockedProfile | null, parts: DaemonParts): HubState {
  const link = profile === null ? null : readLink(profile);
  if (profile === null || link === null) {
    const endedBecause = profile === null ? null : readCache(profile).endedBecause;
    const none = { identity: null, deviceId: null, freshness: null, lastContactMs: null, connections: [], endedBecause };
    return { ...none, lastUrls: profile === null ? [] : readLastUrls(profile) };
  }
  const cache = parts.hubSyncs.cacheOf(profile);
  const isSignedIn = link.session !== null || link.token !== null;
  return {
    identity: isSignedIn ? identityOf(link) : null,
    deviceId: link.device?.id ?? null,
    freshness: link.device === null ? null : parts.hubSyncs.freshness(profile),
    lastContactMs: cache.lastContactMs === 0 ? null : cache.lastContactMs,
    connections: Object.values(cache.connections).map(({ provider, name, scope, skipped }) => ({ provider, name, scope, skipped })),
    endedBecause: cache.endedBecause,
    lastUrls: link.urls,
  };
}

async function logout(params: Params<"hub.logout">, parts: DaemonParts): Promise<Result<"hub.logout">> {
  const profile = await parts.profiles.find(params.profile);
  const link = profile === null ? null : readLink(profile);
  if (profile === null || link === null) return { wasLinked: false, revoked: false, url: null };
  replaceLink(profile, null, parts);
  const left = await leaveHub(parts.hubSessions, link);
  return { wasLinked: true, revoked: left?.ended === true, url: link.urls[0] };
}

/** The default for later calls; the hub is asked whether it is one. */
async function useWorkspace(params: Params<"hub.useWorkspace">, parts: DaemonParts): Promise<HubIdentity> {
  const profile = await parts.profiles.ensure(params.profile);
  const answer = await parts.hubSessions.call(profile, { method: "GET", path: `/v1/me?workspace=${encodeURIComponent(params.workspace)}` });
  const { workspace } = answer.body as { workspace: HubLink["workspace"] };
  const link = parts.hubSessions.require(profile);
  if (workspace === null || workspace.id === link.workspace?.id) return identityOf(link);
  const { id, slug, name } = workspace;
  const send: Send = (request) => parts.hubSessions.call(profile, request);
  const { device, ...next } = await enrolled({ ...link, workspace: { id, slug, name }, device: null }, profile.name, send);
  // Its session may have been refreshed meanwhile.
  const before = replaceLink(profile, { ...parts.hubSessions.require(profile), workspace: next.workspace, device }, parts);
  if (before !== null) await endDevice(parts.hubSessions, before);
  return identityOf(parts.hubSessions.require(profile));
}
