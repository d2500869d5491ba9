// A real profile linked to a real hub, without a daemon around it: what the daemon's hub parts are tested with.
// In: a hub rig and a clock. Out: sessions and syncs as the daemon makes them, over an open profile that is logged in and enrolled.
import { type Mock, vi } from "vitest";
import type { Clock } from "../../../../src/core/clock.ts";
import { HubSessions } from "../../../../src/daemon/hub/hub-session.ts";
import { HubSyncs } from "../../../../src/daemon/hub/hub-syncs.ts";
import { writeLink } from "../../../../src/daemon/hub/hub-link.ts";
import type { UnlockedProfile } from "../../../../src/daemon/profiles/unlocked-profile.ts";
import { newDeviceKeyPair } from "../../../../src/hub/keys/seal-to-device.ts";
import type { HubRig, Person } from "../../../support/hub/hub-rig.ts";
import { makeParts } from "../../../unit/daemon/doctor/subject-of.ts";

export interface LinkedProfile {
  readonly profile: UnlockedProfile;
  readonly sessions: HubSessions;
  readonly syncs: HubSyncs;
  readonly log: { readonly debug: Mock };
  readonly person: Person;
  readonly deviceId: string;
  readonly place: { readonly tenantId: string; readonly workspaceId: string };
}

export interface Linking {
  readonly clock: Clock;
  readonly steadyMs?: () => number;
}

export async function linkedProfile(rig: HubRig, { clock, steadyMs = () => performance.now() }: Linking): Promise<LinkedProfile> {
  const parts = makeParts({ clock });
  const profile = await parts.profiles.ensure(null);
  const place = await rig.tenant();
  const person = await rig.person(place, "owner", { isTenantAdmin: true });
  const { accessToken, refreshToken, expiresInS, session } = person.tokens;
  const keys = newDeviceKeyPair();
  const enrolled = await rig.call("POST", "/v1/devices", { token: accessToken, body: { name: "test", public_key: keys.publicKey } });
  writeLink(profile, {
    urls: [rig.hub.url],
    session: {
      accessToken,
      refreshToken,
      expiresAtMs: clock.nowMs() + expiresInS * 1_000,
      scopes: ["sync:pull"],
      sessionId: session.session_id,
    },
    token: null,
    user: { id: person.userId, email: person.email },
    tenant: { id: place.tenantId, name: "T" },
    workspace: { id: place.workspaceId, slug: "main", name: "Main" },
    device: { id: enrolled.body.id, token: enrolled.body.token, ...keys },
  });
  const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn(), trace: vi.fn() };
  const sessions = new HubSessions({ clock, roots: () => undefined });
  const syncs = new HubSyncs({ clock, steadyMs, definitions: parts.definitions, sessions, log });
  return { profile, sessions, syncs, log, person, deviceId: enrolled.body.id, place };
}
