// A tenant with one of everything the hub keeps, and for every route a request that is right: what walks through all routes starts here.
// In: a rig. Out: ids, tokens, and bodies by `method path`.
import { newDeviceKeyPair } from "../../../src/hub/keys/seal-to-device.ts";
import type { HubRig } from "./hub-rig.ts";

export interface Furnished {
  readonly place: { readonly tenantId: string; readonly workspaceId: string };
  readonly token: string;
  readonly machineToken: string;
  readonly deviceToken: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly mark: string;
}

/** A tenant with one of everything, and the ids of it. */
export async function furnish(rig: HubRig, mark: string): Promise<Furnished> {
  const place = await rig.tenant(`Tenant ${mark}`);
  const owner = await rig.person(place, "owner", { isTenantAdmin: true });
  const token = owner.tokens.accessToken;
  const call = (path: string, body: unknown) => rig.call("POST", path, { token, body });
  const secret = await call("/v1/secrets", { name: `KEY_${mark}`, value: `value of ${mark}` });
  const connection = await call("/v1/connections", {
    provider: "openai",
    name: mark,
    secret: secret.body.id,
    origins: ["https://api.openai.com"],
  });
  const machine = await call("/v1/api_tokens", { name: `token of ${mark}`, scopes: ["admin"] });
  const device = await call("/v1/devices", { name: `device of ${mark}`, public_key: newDeviceKeyPair().publicKey });
  await rig.call("PUT", `/v1/providers/own-${mark}`, { token, body: { id: `own-${mark}` } });
  await call("/v1/ingest/runs", { runs: [{ run_id: `run_${mark}`, started_at: 1 }] });
  const ids: Record<string, string> = {
    workspace_id: place.workspaceId,
    user_id: owner.userId,
    session_id: owner.tokens.session.session_id,
    secret_id: secret.body.id,
    connection_id: connection.body.id,
    api_token_id: machine.body.id,
    device_id: device.body.id,
    provider_id: `own-${mark}`,
    run_id: `run_${mark}`,
    version: "1",
  };
  return { place, token, machineToken: String(machine.body.token), deviceToken: String(device.body.token), ids, mark };
}

/** Bodies that are right where a route wants one, so that only whose ids they are decides. */
export const BODIES: Readonly<Record<string, unknown>> = {
  "post /v1/api_tokens/{api_token_id}:rotate": {},
  "post /v1/secrets/{secret_id}:access": {},
  "patch /v1/workspaces/{workspace_id}": { name: "taken over" },
  "post /v1/workspaces/{workspace_id}/members": { email: "thief@example.com", role: "owner" },
  "patch /v1/workspaces/{workspace_id}/members/{user_id}": { role: "owner" },
  "patch /v1/connections/{connection_id}": { label: "taken over" },
  "put /v1/providers/{provider_id}": { id: "own-victim" },
  "patch /v1/tenants/current": { name: "Another name" },
  "post /v1/workspaces": { slug: "another" },
  "post /v1/access_decisions": { scope: "admin" },
  "post /v1/secrets": { name: "ANOTHER", value: "v" },
  "post /v1/secrets/validate_token": { provider: "openai", token: "k" },
  "post /v1/connections": { provider: "openai", name: "another", secret: null, origins: ["https://api.openai.com"] },
  "post /v1/api_tokens": { name: "another" },
  "post /v1/devices": { name: "another", public_key: "A".repeat(43) },
  "post /v1/ingest/runs": { runs: [{ run_id: "run_another", started_at: 1 }] },
};

/** The path with the tenant's own ids in it. */
export function fillPath(path: string, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? "1");
}
