// Connections of a hub, for the commands of connections with `--via hub`. In: what one is to be. Out: what the hub made of it.
// The origins a credential may go to are said once, here, by the provider's definition or by hand; no daemon goes beyond both.
import { KeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import type { HubConnection, NewHubConnection } from "../../core/shapes/hub-connection.ts";
import type { Context } from "../context.ts";
import { callHub, listHub } from "./call-hub.ts";

export async function listConnectionsAtHub(context: Context): Promise<HubConnection[]> {
  return await listHub<HubConnection>(context, { path: "/v1/connections" });
}

/** By its id at the hub, or by its name where that is one's alone. @throws HUB_NOT_FOUND, USAGE */
export async function findConnectionAtHub(named: string, context: Context): Promise<HubConnection> {
  const [found, other] = (await listConnectionsAtHub(context)).filter(({ id, name }) => id === named || name === named);
  if (found === undefined)
    throw new KeywardError("HUB_NOT_FOUND", `the hub has no connection ${named}`, { hint: "keyward connection list --via hub" });
  if (other === undefined) return found;
  throw new KeywardError("USAGE", `several connections of the hub are called ${named}`, { hint: `name its id, such as ${found.id}` });
}

/** With no origins: those of the definition. Set again, one is changed. @throws HUB_CONFLICT where it would be another account's: its hosts stay as they were made */
export async function setConnectionAtHub(
  wanted: NewHubConnection,
  context: Context,
): Promise<{ readonly connection: HubConnection; readonly replaced: boolean }> {
  const { provider, name, scope, label, secret } = wanted;
  const isSame = (each: HubConnection): boolean => each.provider === provider && each.name === name && each.scope === scope;
  const there = (await listConnectionsAtHub(context)).find(isSame);
  if (there === undefined) {
    const body = { ...wanted, origins: await originsOf(wanted, context) };
    const connection = await callHub<HubConnection>(context, { method: "POST", path: "/v1/connections", body, isCreate: true });
    return { connection, replaced: false };
  }
  if (wanted.origins.length > 0 && wanted.origins.join(" ") !== there.origins.join(" ")) {
    throw new KeywardError("HUB_CONFLICT", `${provider} (${name}) is bound to ${there.origins.join(", ")} at the hub`, {
      hint: `keyward connection rm ${there.id} --via hub, then set it anew`,
    });
  }
  if (secret === null && there.secret_id !== null) {
    throw new KeywardError("HUB_CONFLICT", `${provider} (${name}) has a secret at the hub`, {
      hint: `keyward connection rm ${there.id} --via hub, then set it anew`,
    });
  }
  const body = { label, ...(secret === null ? {} : { secret }) };
  const connection = await callHub<HubConnection>(context, { method: "PATCH", path: `/v1/connections/${there.id}`, body });
  return { connection, replaced: true };
}

export async function removeConnectionAtHub({ id }: HubConnection, context: Context): Promise<void> {
  await callHub(context, { method: "DELETE", path: `/v1/connections/${id}` });
}

interface Endpoint {
  readonly host: string;
  readonly port?: number;
}

/** @throws PROVIDER_UNKNOWN, USAGE for a provider whose host only the person knows */
async function originsOf({ provider, origins }: NewHubConnection, context: Context): Promise<readonly string[]> {
  if (origins.length > 0) return origins;
  const { definition } = await context.call("provider.show", { profile: context.profile, provider });
  const endpoints = (definition as { readonly endpoints: readonly Endpoint[] }).endpoints;
  if (endpoints.some(({ host }) => host.includes("{"))) {
    throw new KeywardError("USAGE", `${provider} needs to know the host`, { hint: `--origin https://HOST of ${provider}` });
  }
  return [...new Set(endpoints.map(({ host, port = 443 }) => `https://${formatAuthority({ host, port })}`))];
}
