// What the daemon says of a hub, for tests of the commands that ask.
// In: what differs. Out: answers for the fake world. Tokens are made at run time.
import type { HubIdentity, HubState } from "../../../src/control/api/hub.ts";
import { newHubToken } from "../../../src/hub/tokens/token-format.ts";
import { type Answers, NOW_MS } from "./fake-world.ts";

export const HUB = "https://hub.test";
export const IDENTITY: HubIdentity = {
  url: HUB,
  method: "session",
  user: { id: "usr_1", email: "ada@example.com" },
  tenant: { id: "ten_1", name: "Acme" },
  workspace: { id: "wsp_1", slug: "main", name: "Main" },
  scopes: ["connections:read"],
  expiresAtMs: NOW_MS,
};
export const LINKED: HubState = {
  identity: IDENTITY,
  deviceId: "dev_1",
  freshness: "fresh",
  lastContactMs: NOW_MS,
  connections: [
    { provider: "openai", name: "team", scope: "workspace", skipped: null },
    { provider: "github", name: "default", scope: "tenant", skipped: "a connection of this name is your own" },
  ],
  endedBecause: null,
};
export const UNLINKED: HubState = {
  identity: null,
  deviceId: null,
  freshness: null,
  lastContactMs: null,
  connections: [],
  endedBecause: null,
};
export const TOKEN = newHubToken("pat");
export const ISSUED = {
  id: "tok_1",
  workspace_id: "wsp_1",
  kind: "pat",
  name: "CI",
  prefix: TOKEN.slice(0, 12),
  last4: TOKEN.slice(-4),
  scopes: ["ingest:write"],
  connections: [],
  created_at: 0,
  expires_at: 1_700_000_000,
  last_used_at: null,
  revoked_at: null,
  rotated_from: null,
  token: TOKEN,
};

/** Every hub.call gets `body`. */
export function hubAnswers(body: unknown, state: HubState = LINKED): Answers {
  return { "hub.state": state, "hub.call": { status: 200, body } };
}

export function hubCall(calls: readonly { method: string; params: unknown }[]): unknown {
  return calls.find(({ method }) => method === "hub.call")?.params;
}
