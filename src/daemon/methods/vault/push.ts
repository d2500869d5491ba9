// vault.push: many secrets at once, all or none. In: names and values for one scope. Out: what became of each name, never a value.
import type { PushRow, VaultMethods } from "../../../control/api/vault.ts";
import type { MethodTable } from "../../../control/server.ts";
import { KeywardError } from "../../../core/errors.ts";
import { Secret } from "../../../core/secret.ts";
import type { SecretScope } from "../../../core/vault/words.ts";
import type { DaemonParts } from "../../parts.ts";
import type { UnlockedProfile } from "../../profiles/unlocked-profile.ts";
import { findSecret } from "../../vault/find-secret.ts";
import { auditSecret } from "./vault.ts";

type Params = VaultMethods["vault.push"]["params"];

export function pushMethods(parts: DaemonParts): Pick<MethodTable, "vault.push"> {
  return { "vault.push": (params) => push(params, parts) };
}

async function push(params: Params, { profiles }: DaemonParts): Promise<VaultMethods["vault.push"]["result"]> {
  const { scope, dryRun } = params;
  // Of a name that is given twice the last one counts.
  const pairs = new Map(params.pairs.map(({ name, value }) => [name, new Secret(value)]));
  for (const [name, { length }] of pairs) if (length === 0) throw emptyValue(name);
  const profile = await (dryRun ? profiles.find(params.profile) : profiles.ensure(params.profile));
  if (profile !== null) refuseOtherScopes(profile, [...pairs.keys()], scope);
  const rows = [...pairs].map(([name, value]) => plan(profile, { scope, name }, value));
  if (dryRun || profile === null) return { rows, notice: null };
  const due = rows.filter(({ action }) => action !== "unchanged").map(({ name }) => name);
  for (const name of due) auditSecret(profile, { scope, name }, "PUT");
  profile.store.secrets.put(
    [...pairs].filter(([name]) => due.includes(name)).map(([name, value]) => ({ scope, name, content: { value } })),
  );
  profile.changed();
  return { rows, notice: profiles.takeNotice(profile.name) };
}

function plan(profile: UnlockedProfile | null, ref: { readonly scope: SecretScope; readonly name: string }, value: Secret): PushRow {
  const { name } = ref;
  const before = profile?.store.secrets.find(ref) ?? null;
  if (profile === null || before === null) return { name, action: "new", version: 1 };
  const content = profile.store.secrets.content(ref, null);
  const isSame = content !== null && "value" in content && content.value.equals(value);
  return isSame ? { name, action: "unchanged", version: before.version } : { name, action: "new version", version: before.version + 1 };
}

/** @throws SECRET_EXISTS: a slip of the scope would leave two secrets of one name */
function refuseOtherScopes(profile: UnlockedProfile, names: readonly string[], scope: SecretScope): void {
  for (const name of names) {
    if (findSecret(profile, name, scope) !== null) continue;
    const elsewhere = findSecret(profile, name, null);
    if (elsewhere === null) continue;
    throw new KeywardError("SECRET_EXISTS", `${name} is already there with --scope=${elsewhere.scope}; nothing was pushed`, {
      hint: `keyward vault push … --scope=${elsewhere.scope}`,
      detail: { secret: name, scope: elsewhere.scope },
    });
  }
}

function emptyValue(name: string): KeywardError {
  return new KeywardError("KEY_EMPTY", `${name} has no value; nothing was pushed`);
}
