// The daemon's calls to its hub in the name of whoever is logged in there. Refreshing is done once for all who wait.
// In: a profile's link and a request. Out: the hub's answer. A refresh that the hub refuses ends the session here too.
import type { Clock } from "../../core/clock.ts";
import { KeywardError } from "../../core/errors.ts";
import { readTokens } from "../../hub/client/device-login.ts";
import { createHubClient, type HubClient, type HubRequest, type HubResponse, toHubFailure } from "../../hub/client/hub-client.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { type HubLink, type HubSession, readLink, workspaceHeader, writeLink } from "./hub-link.ts";

/** Renewed when it has less than this to live. */
const REFRESH_BEFORE_MS = 60_000;
const CLIENT_ID = "keyward-cli";

export interface HubSessionsParts {
  readonly clock: Clock;
  readonly roots: () => string | readonly string[] | undefined;
}

export class HubSessions {
  readonly #parts: HubSessionsParts;
  readonly #refreshing = new Map<string, Promise<HubSession>>();

  constructor(parts: HubSessionsParts) {
    this.#parts = parts;
  }

  clientFor(urls: HubLink["urls"]): HubClient {
    return createHubClient({ urls, roots: this.#parts.roots() });
  }

  /** The link of a profile. @throws HUB_LOGIN_REQUIRED when there is none */
  require(profile: UnlockedProfile | null): HubLink {
    const link = profile === null ? null : readLink(profile);
    if (link !== null) return link;
    throw new KeywardError("HUB_LOGIN_REQUIRED", "this profile is linked to no hub", {
      hint: "keyward auth login --hub https://hub.example.com",
    });
  }

  /** With the stored token, else the session, in the profile's workspace unless a header names another. @throws as callBy, HUB_LOGIN_REQUIRED */
  async call(profile: UnlockedProfile, request: Omit<HubRequest, "token">): Promise<HubResponse> {
    const link = this.require(profile);
    const headers = { ...workspaceHeader(link), ...request.headers };
    return await this.callBy(link.urls, { ...request, headers, token: await this.#bearer(profile, link) });
  }

  /** With the token that is in the request. @throws the hub's own refusal, HUB_UNREACHABLE */
  async callBy(urls: HubLink["urls"], request: HubRequest): Promise<HubResponse> {
    const answer = await this.clientFor(urls).send(request);
    if (answer.status < 400) return answer;
    throw toHubFailure(answer);
  }

  async #bearer(profile: UnlockedProfile, link: HubLink): Promise<string> {
    if (link.token !== null) return link.token;
    const { session } = link;
    if (session === null) throw new KeywardError("HUB_LOGIN_REQUIRED", "the session at the hub has ended", { hint: "keyward auth login" });
    if (session.expiresAtMs - this.#parts.clock.nowMs() > REFRESH_BEFORE_MS) return session.accessToken;
    return (await this.#refreshOnce(profile, { ...link, session })).accessToken;
  }

  #refreshOnce(profile: UnlockedProfile, link: HubLink & { readonly session: HubSession }): Promise<HubSession> {
    const running = this.#refreshing.get(profile.name);
    if (running !== undefined) return running;
    const refreshing = this.#refresh(profile, link).finally(() => this.#refreshing.delete(profile.name));
    this.#refreshing.set(profile.name, refreshing);
    return refreshing;
  }

  async #refresh(profile: UnlockedProfile, link: HubLink & { readonly session: HubSession }): Promise<HubSession> {
    const body = new URLSearchParams({ grant_type: "refresh_token", client_id: CLIENT_ID, refresh_token: link.session.refreshToken });
    const { status, body: answer } = await this.clientFor(link.urls).send({ method: "POST", path: "/oauth/token", body });
    if (status === 400 || status === 401) {
      writeSession(profile, link.session.sessionId, null);
      throw new KeywardError("HUB_LOGIN_REQUIRED", "the session at the hub expired or was ended", { hint: "keyward auth login" });
    }
    if (status !== 200) throw new KeywardError("HUB_UNREACHABLE", `the hub answered ${status}`, { hint: "try again" });
    const tokens = readTokens(answer as Record<string, unknown>);
    const { accessToken, refreshToken, expiresInS, scopes, sessionId } = tokens;
    const session: HubSession = {
      accessToken,
      refreshToken,
      scopes,
      sessionId,
      expiresAtMs: this.#parts.clock.nowMs() + expiresInS * 1_000,
    };
    writeSession(profile, link.session.sessionId, session);
    return session;
  }
}

/** Into the link as it is by now: it may have got another device or workspace meanwhile. After a logout or another login it has no place any more. */
function writeSession(profile: UnlockedProfile, sessionId: string, session: HubSession | null): void {
  const link = readLink(profile);
  if (link?.session?.sessionId === sessionId) writeLink(profile, { ...link, session });
}
