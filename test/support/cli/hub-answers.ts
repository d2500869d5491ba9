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
  lastUrls: [HUB],
};
export const UNLINKED: HubState = {
  identity: null,
  deviceId: null,
  freshness: null,
  lastContactMs: null,
  connections: [],
  endedBecause: null,
  lastUrls: [],
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

const ROWS: Readonly<Record<string, object>> = {
  "/v1/workspaces": { id: "wsp_1", slug: "main", name: "Main", role: "owner", etag: "e", created_at: 0 },
  "/v1/tenants": { id: "ten_1", name: "Acme", is_current: true, role: "tenant_admin" },
  "/v1/api_tokens": { ...ISSUED, token: undefined },
  "/v1/workspaces/wsp_1/members": { user_id: "usr_1", email: "ada@example.com", name: "Ada", role: "owner", created_at: 0 },
};
const ME = {
  kind: "session",
  id: "ses_1",
  user: IDENTITY.user,
  tenant: IDENTITY.tenant,
  workspace: { id: "wsp_1", slug: "main", name: "Main", role: "owner" },
  is_tenant_admin: true,
  scopes: ["admin"],
};

/** One plausible answer for everything a command may ask of a hub. */
export const HUB_ANSWERS: Answers = {
  "hub.state": LINKED,
  "hub.sync": LINKED,
  "hub.queue": { runs: [{ runId: "run_1", startedAtMs: 0, attempts: 1, code: "HUB_BUSY", uploaded: false }] },
  "hub.upload": { results: [{ runId: "run_1", status: "synced", code: null }] },
  "hub.useWorkspace": IDENTITY,
  "hub.logout": { wasLinked: true, revoked: true, url: HUB },
  "hub.loginBegin": { loginId: "log_1", userCode: "BCDF-GHJK", verificationUri: HUB, verificationUriComplete: HUB, expiresAtMs: 0 },
  "hub.loginWait": IDENTITY,
  "hub.call": ({ method, path }) => ({ status: 200, body: method === "GET" ? answerTo(path) : { ...ROWS["/v1/workspaces"], ...ISSUED } }),
};

function answerTo(path: string): object {
  const [place = ""] = path.split("?");
  return place === "/v1/me" ? ME : { data: [ROWS[place]], next_cursor: null };
}
