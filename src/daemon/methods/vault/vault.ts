// vault.*: what is in the vault, putting it there and removing it. Values come in; only vault-reveal.ts lets them out.
// In: names, scopes, values or references. Out: metadata. Every change is audited before it is made.
import { findBackend } from "../../../backends/backends.ts";
import type { SecretCheck, SecretInfo, VaultMethods } from "../../../control/api/vault.ts";
import type { MethodTable } from "../../../control/server.ts";
import { KeywardError } from "../../../core/errors.ts";
import { newId } from "../../../core/ids.ts";
import { Secret } from "../../../core/secret.ts";
import { MAX_SECRET_CHARS, type SecretRef, sayName } from "../../../core/vault/words.ts";
import type { SecretContent, StoredSecret } from "../../../store/records/secret-records.ts";
import type { DaemonParts } from "../../parts.ts";
import type { UnlockedProfile } from "../../profiles/unlocked-profile.ts";
import { describeSecret, findSecret, requireSecret, sourceOf, usersOf } from "../../vault/find-secret.ts";
import { missingSecrets } from "../../vault/missing-secrets.ts";
import { isOfPlace, variablesOf } from "../../vault/vault.ts";

type Params<M extends keyof VaultMethods> = VaultMethods[M]["params"];
type Result<M extends keyof VaultMethods> = VaultMethods[M]["result"];

type Methods = Pick<
  MethodTable,
  "vault.put" | "vault.list" | "vault.get" | "vault.versions" | "vault.remove" | "vault.pull" | "vault.check" | "vault.supply"
>;

export function vaultMethods(parts: DaemonParts): Methods {
  return {
    "vault.put": (params) => put(params, parts),
    "vault.list": async ({ profile: requested, scope }) => {
      const profile = await parts.profiles.find(requested);
      const secrets = profile?.store.secrets.list().filter((secret) => scope === null || secret.scope === scope) ?? [];
      return { secrets: profile === null ? [] : secrets.map((secret) => describeSecret(profile, secret)) };
    },
    "vault.get": async (params) => {
      const { profile, secret } = requireSecret(await parts.profiles.find(params.profile), params);
      return describeSecret(profile, secret);
    },
    "vault.versions": async (params) => {
      const { profile, secret } = requireSecret(await parts.profiles.find(params.profile), params);
      const versions = profile.store.secrets.versions(secret).map(({ version, createdAtMs, reference }) => ({
        version,
        createdAtMs,
        source: sourceOf(reference),
        current: version === secret.version,
      }));
      return { secret: describeSecret(profile, secret), versions };
    },
    "vault.remove": (params) => remove(params, parts),
    "vault.pull": (params) => pull(params, parts),
    "vault.check": (params) => check(params, parts),
    "vault.supply": async ({ variables }) => {
      parts.vault.supply(variables);
      return {};
    },
  };
}

async function put(params: Params<"vault.put">, parts: DaemonParts): Promise<Result<"vault.put">> {
  const ref = { scope: params.scope, name: params.name };
  const content = await contentOf(params, parts);
  const profile = await parts.profiles.ensure(params.profile);
  const created = findSecret(profile, ref.name, ref.scope) === null;
  const secret = putSecret(profile, ref, content);
  return { secret, created, notice: parts.profiles.takeNotice(profile.name) };
}

export function putSecret(profile: UnlockedProfile, ref: SecretRef, content: SecretContent): SecretInfo {
  auditSecret(profile, ref, "PUT");
  const [stored] = profile.store.secrets.put([{ ...ref, content }]);
  profile.changed();
  if (stored === undefined) throw new KeywardError("INTERNAL", "a secret was stored and is not there");
  return describeSecret(profile, stored);
}

/** @throws KEY_EMPTY, BACKEND_*, SECRET_UNAVAILABLE */
async function contentOf({ name, value, reference, copy }: Params<"vault.put">, { vault }: DaemonParts): Promise<SecretContent> {
  if (value === "") throw new KeywardError("KEY_EMPTY", "a secret has at least one character, so nothing was stored");
  if (reference === null) {
    if (value === null) throw new KeywardError("USAGE", "neither a value nor a place was given");
    return { value: new Secret(value) };
  }
  const { backend, rest } = findBackend(reference);
  if (value !== null) {
    if (backend.write === undefined) {
      throw new KeywardError("USAGE", `keyward reads secrets in this backend (${backend.source}) and writes none there`, {
        hint: "give the place alone, without a value",
      });
    }
    await backend.write(rest, new Secret(value), vault.tools);
    return { reference };
  }
  if (!copy) return { reference };
  try {
    return { value: await backend.read(rest, vault.tools) };
  } catch (error) {
    if (!(error instanceof KeywardError) || !isOfPlace(error)) throw error;
    throw missingSecrets([{ name, usedBy: null, source: backend.source, error, variables: backend.variables(rest) }]);
  }
}

/** @throws SECRET_UNKNOWN, SECRET_IN_USE, USAGE when several scopes have the name and none was said */
async function remove(params: Params<"vault.remove">, parts: DaemonParts): Promise<Result<"vault.remove">> {
  const { profile, secret } = requireSecret(await parts.profiles.find(params.profile), params);
  const others = profile.store.secrets.list().filter(({ name, scope }) => name === secret.name && scope !== secret.scope);
  if (params.scope === null && others.length > 0) {
    const scopes = [secret, ...others].map(({ scope }) => scope);
    throw new KeywardError("USAGE", `${sayName(secret.name)} is there in the scopes ${scopes.join(", ")}`, {
      hint: `say which: --scope ${secret.scope}`,
    });
  }
  const users = usersOf(profile, secret.name);
  if (users.length > 0 && others.length === 0 && !params.force) {
    throw new KeywardError("SECRET_IN_USE", `${secret.name} is referred to by ${users.join(", ")}`, {
      hint: `remove or change them first, or: keyward vault rm ${secret.name} --force`,
      detail: { secret: secret.name, connections: users },
    });
  }
  const described = describeSecret(profile, secret);
  if (params.dryRun) return { secret: described };
  auditSecret(profile, secret, "DELETE");
  profile.store.secrets.remove(secret);
  profile.changed();
  return { secret: described };
}

async function pull(params: Params<"vault.pull">, parts: DaemonParts): Promise<Result<"vault.pull">> {
  const { profile, secret } = requireSecret(await parts.profiles.find(params.profile), params);
  if (secret.reference === null) {
    throw new KeywardError("USAGE", `${secret.name} is in the profile already`, { hint: `keyward vault get ${secret.name}` });
  }
  await parts.hubSyncs.requireAccessTo(profile, [secret.reference]);
  const value = await readOrExplain(profile, { secret }, parts);
  if (value.length > MAX_SECRET_CHARS) throw new KeywardError("SECRET_UNAVAILABLE", "the value is too large to be kept in the profile");
  return { secret: putSecret(profile, secret, { value }) };
}

export interface WantedVersion {
  readonly secret: StoredSecret;
  /** null = the current one. */
  readonly version?: number | null;
}

/** @throws CREDENTIALS_MISSING, BACKEND_UNREACHABLE naming the secret */
export async function readOrExplain(
  profile: UnlockedProfile,
  { secret, version = null }: WantedVersion,
  { vault }: Pick<DaemonParts, "vault">,
): Promise<Secret> {
  const reference = version === null ? secret.reference : referenceOf(profile, secret, version);
  try {
    const value = await vault.read(profile, secret, version);
    if (value !== null) return value;
  } catch (error) {
    if (!(error instanceof KeywardError) || !isOfPlace(error)) throw error;
    const variables = reference === null ? [] : variablesOf(reference);
    throw missingSecrets([{ name: secret.name, usedBy: null, source: sourceOf(reference), error, variables }]);
  }
  throw new KeywardError("SECRET_UNKNOWN", `${secret.name} has no version ${version ?? ""}`.trim(), {
    hint: `keyward vault versions ${secret.name}`,
  });
}

function referenceOf(profile: UnlockedProfile, secret: StoredSecret, version: number): string | null {
  return profile.store.secrets.versions(secret).find((candidate) => candidate.version === version)?.reference ?? null;
}

async function check(params: Params<"vault.check">, parts: DaemonParts): Promise<Result<"vault.check">> {
  const profile = await parts.profiles.find(params.profile);
  if (profile === null) return { secrets: [] };
  const { names } = params;
  const secrets = profile.store.secrets.list().filter(({ name }) => names === null || names.includes(name));
  return { secrets: await Promise.all(secrets.map((secret) => checkOne(profile, secret, parts))) };
}

async function checkOne(profile: UnlockedProfile, secret: StoredSecret, parts: DaemonParts): Promise<SecretCheck> {
  const variables = secret.reference === null ? [] : variablesOf(secret.reference);
  const info = { ...describeSecret(profile, secret), variables };
  try {
    await parts.vault.read(profile, secret);
    return { ...info, state: "ok", reason: null };
  } catch (error) {
    if (!(error instanceof KeywardError) || !isOfPlace(error)) throw error;
    return { ...info, state: error.code === "BACKEND_UNREACHABLE" ? "unreachable" : "missing", reason: error.message };
  }
}

export function auditSecret(profile: UnlockedProfile, { scope, name }: SecretRef, method: "PUT" | "DELETE"): void {
  profile.audit.append({ kind: "secret", requestId: newId("req"), runId: null, method, path: `/vault/${scope}/${name}` });
}
