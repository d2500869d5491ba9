// Makes a connection whose key is a secret of the vault: it is bound to hosts and gets placeholders as any other, and holds no value.
// In: a provider, a name, names of secrets. Out: the stored connection. The secret itself is read with every use, not now.
import { looksLikeKey } from "../../connections/judge-secret.ts";
import type { LinkParams } from "../../control/api/vault.ts";
import type { StoredConnection } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { HOST_FIELD } from "../../providers/login/tenant.ts";
import type { Provider, ProviderField } from "../../providers/schema.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { checkOrigins, checkValues, refuseExisting, storeChecked } from "../store-connection.ts";
import { findSecret } from "./find-secret.ts";
import { missingSecrets } from "./missing-secrets.ts";
import { isOfPlace, type Vault } from "./vault.ts";

export interface Link extends Pick<LinkParams, "secrets" | "fields" | "force"> {
  readonly provider: Provider;
  readonly name: string;
}

/** @throws CREDENTIALS_MISSING for secrets that are not there, CONNECTION_EXISTS, FIELD_UNKNOWN, KEY_*, HOST_INVALID, STORE_* */
export async function linkConnection(profile: UnlockedProfile, link: Link, vault: Vault): Promise<StoredConnection> {
  const { provider, name, force } = link;
  refuseExisting(profile, { provider: provider.id, name }, force);
  const secrets = secretFields(provider, link.secrets);
  const absent = Object.values(secrets).filter((secret) => findSecret(profile, secret, null) === null);
  if (absent.length > 0) {
    throw missingSecrets(absent.map((secret) => ({ name: secret, usedBy: null, source: null, error: null, variables: [] })));
  }
  const fields = plainFields(provider, link, secrets);
  const bound = checkOrigins(provider, link.fields);
  const notices = await judgeValues(profile, { provider, secrets }, vault);
  return storeChecked(profile, { provider, name, force }, { ...bound, fields, secrets, notices });
}

/** Can a single secret be all that a login at this provider needs? */
export function soleSecretField(provider: Provider): ProviderField | null {
  const required = provider.fields.filter(({ optional }) => !optional);
  const candidates = required.filter(({ secret }) => secret);
  return candidates.length === 1 && required.length === 1 ? (candidates[0] ?? null) : null;
}

/** @throws FIELD_UNKNOWN, USAGE */
function secretFields(provider: Provider, given: Readonly<Record<string, string>>): Record<string, string> {
  const known = provider.fields.filter(({ secret }) => secret).map(({ name }) => name);
  const required = provider.fields.filter(({ secret, optional }) => secret && !optional).map(({ name }) => name);
  const entries = Object.entries(given).map(([field, secret]) => {
    if (field !== "") return [field, secret] as const;
    if (required.length === 1) return [required[0] ?? "", secret] as const;
    const several = known.map((name) => `--secret ${name}=NAME`).join(" ");
    throw new KeywardError("USAGE", `${provider.id} has several secret fields: ${known.join(", ")}`, {
      hint: `say which is which: ${several}`,
    });
  });
  if (!entries.every(([field]) => known.includes(field))) {
    throw new KeywardError("FIELD_UNKNOWN", `${provider.id} has no such secret field; they are ${known.join(", ")}`);
  }
  return Object.fromEntries(entries);
}

/** What is no secret is given as at a login. @throws KEY_EMPTY, FIELD_UNKNOWN */
function plainFields(provider: Provider, { fields }: Link, secrets: Readonly<Record<string, string>>): Readonly<Record<string, Secret>> {
  const others = { ...provider, fields: provider.fields.filter(({ name }) => !Object.hasOwn(secrets, name)) };
  const left = others.fields.filter(({ name, secret, optional }) => secret && !optional && !Object.hasOwn(fields, name));
  if (left.length > 0) {
    throw new KeywardError("USAGE", `${provider.id} needs ${left.map(({ name }) => `a secret for ${name}`).join(" and ")} as well`, {
      hint: left.map(({ name }) => `--secret ${name}=NAME`).join(" "),
    });
  }
  const { fields: checked } = checkValues(null, { provider: others, values: fields });
  return Object.fromEntries(
    Object.entries(checked).filter(([name]) => name !== HOST_FIELD || others.fields.some((field) => field.name === name)),
  );
}

/** A value of another shape may be what the person wants, or not be readable now: said, and not refused. */
async function judgeValues(
  profile: UnlockedProfile,
  { provider, secrets }: { readonly provider: Provider; readonly secrets: Readonly<Record<string, string>> },
  vault: Vault,
): Promise<string[]> {
  const notices: string[] = [];
  for (const field of provider.fields) {
    const name = secrets[field.name];
    const secret = name === undefined ? null : findSecret(profile, name, null);
    if (name === undefined || secret === null) continue;
    try {
      const value = await vault.read(profile, secret);
      if (value !== null && !looksLikeKey(value, { provider, field })) notices.push(`${name} does not look like a key of ${provider.name}`);
    } catch (error) {
      if (!(error instanceof KeywardError) || !isOfPlace(error)) throw error;
      notices.push(`${name} cannot be read now: ${error.message}`);
    }
  }
  return notices;
}
