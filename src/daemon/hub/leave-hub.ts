// Ends at the hub what a profile had there: its login, and this daemon as a device. A profile that is logged out, deleted or replaced leaves nothing
// alive that nobody holds any more.
// In: a link that is no longer in any profile. Out: whether the hub ended it. Best effort: a hub that is away keeps nobody here.
import type { LeftHub } from "../../control/api/hub.ts";
import { toKeywardError } from "../../core/errors.ts";
import type { HubResponse } from "../../hub/client/hub-client.ts";
import type { Profiles } from "../profiles/profiles.ts";
import { type HubLink, readLink, workspaceHeader } from "./hub-link.ts";
import type { HubSessions } from "./hub-session.ts";

type Sessions = Pick<HubSessions, "callBy">;

/** Login and device. An API token that was stored stays what it was: others may have it. */
export async function endAtHub(sessions: Sessions, link: HubLink): Promise<boolean> {
  const isDeviceEnded = await endDevice(sessions, link);
  if (link.session === null) return isDeviceEnded;
  const body = new URLSearchParams({ token: link.session.refreshToken, token_type_hint: "refresh_token" });
  return (await isEnded(sessions.callBy(link.urls, { method: "POST", path: "/oauth/revoke", body }))) && isDeviceEnded;
}

/** In its own name: its token lives longer than that of any login. */
export async function endDevice(sessions: Sessions, link: HubLink): Promise<boolean> {
  if (link.device === null || link.device.id === "") return true;
  const { id, token } = link.device;
  return await isEnded(sessions.callBy(link.urls, { method: "DELETE", path: `/v1/devices/${id}`, token, headers: workspaceHeader(link) }));
}

/** What the hub does not know, or refuses whatever it asks, is over there too. */
const OVER: readonly string[] = ["HUB_LOGIN_REQUIRED", "HUB_NOT_FOUND", "HUB_FORBIDDEN"];

async function isEnded(asked: Promise<HubResponse>): Promise<boolean> {
  return await asked.then(
    () => true,
    (error: unknown) => OVER.includes(toKeywardError(error).code),
  );
}

/** The link of a profile that is about to go; null also for one that cannot be opened: without its key nobody knows. */
export async function linkBefore(profiles: Pick<Profiles, "find">, name: string): Promise<HubLink | null> {
  const profile = await profiles.find(name).catch(() => null);
  return profile === null ? null : readLink(profile);
}

/** Once the profile is gone. Null: there was no login and no device. */
export async function leaveHub(sessions: Sessions, link: HubLink | null): Promise<LeftHub | null> {
  if (link === null || link.token !== null) return null;
  return { url: link.urls[0], deviceId: link.device?.id ?? null, ended: await endAtHub(sessions, link) };
}
