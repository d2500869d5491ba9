// The vault of a hub, for the vault's commands with `--via hub`: names, versions and new values. A value goes to the hub and never comes back here.
// In: names, scopes, values. Out: what the hub says of them, shown as the commands show the profile's own.
import { KeywardError } from "../../core/errors.ts";
import { type SecretScope, sayName } from "../../core/vault/words.ts";
import type { Context } from "../context.ts";
import type { OptionSpec } from "../define.ts";
import { callHub, listHub } from "./call-hub.ts";

export interface HubSecret {
  readonly id: string;
  readonly name: string;
  readonly scope: SecretScope;
  readonly current_version: number;
  readonly created_at: number;
  readonly updated_at: number;
}

export const VIA_OPTION: OptionSpec = {
  flags: "--via <route>",
  summary: "hub: at the hub, for the team; daemon or local: in this profile (default: local)",
  choices: ["hub", "daemon", "local"],
};

export interface Via {
  readonly via?: string;
}

export function isAtHub({ via }: Via): boolean {
  return via === "hub";
}

/** Nearest scope first, as everywhere. */
export async function listSecretsAtHub(scope: SecretScope | null, context: Context): Promise<HubSecret[]> {
  const secrets = await listHub<HubSecret>(context, { path: "/v1/secrets" });
  return secrets.filter((secret) => scope === null || secret.scope === scope);
}

/** @throws HUB_NOT_FOUND, USAGE where several scopes have the name and none was said */
export async function findSecretAtHub(name: string, scope: SecretScope | null, context: Context): Promise<HubSecret> {
  const [found, other] = (await listSecretsAtHub(scope, context)).filter((secret) => secret.name === name);
  if (found === undefined)
    throw new KeywardError("HUB_NOT_FOUND", `the hub has no secret ${sayName(name)}`, { hint: "keyward vault list --via hub" });
  if (other === undefined) return found;
  throw new KeywardError("USAGE", `${sayName(name)} is there in the scopes ${found.scope} and ${other.scope}`, {
    hint: `say which: --scope ${found.scope}`,
  });
}

export async function putSecretAtHub(
  secret: { readonly name: string; readonly scope: SecretScope; readonly value: string },
  context: Context,
): Promise<HubSecret> {
  return await callHub<HubSecret>(context, { method: "POST", path: "/v1/secrets", body: secret, isCreate: true });
}

export async function removeSecretAtHub({ id }: HubSecret, force: boolean, context: Context): Promise<void> {
  await callHub(context, { method: "DELETE", path: `/v1/secrets/${id}${force ? "?force=true" : ""}` });
}

/** The same object as of a secret of the profile. */
export function hubSecretObject({ id, name, scope, current_version, created_at, updated_at }: HubSecret): Record<string, unknown> {
  return {
    name,
    scope,
    source: "hub",
    reference: `hub:${id}`,
    version: current_version,
    created_at: new Date(created_at * 1_000).toISOString(),
    updated_at: new Date(updated_at * 1_000).toISOString(),
  };
}
