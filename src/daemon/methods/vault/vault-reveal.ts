// vault.reveal and vault.expand: the ways a secret of the vault leaves through the control socket. Audited before it does.
// In: which secrets, and which process asks. Out: plain values. Refused when the asker descends from a live run.
import type { VaultMethods } from "../../../control/api/vault.ts";
import type { MethodTable } from "../../../control/server.ts";
import { KeywardError } from "../../../core/errors.ts";
import { newId } from "../../../core/ids.ts";
import type { ProcessIdentity } from "../../../core/run.ts";
import type { Secret } from "../../../core/secret.ts";
import { expandVaultReferences, type SecretRef, vaultReferences } from "../../../core/vault/words.ts";
import type { DaemonParts } from "../../parts.ts";
import type { UnlockedProfile } from "../../profiles/unlocked-profile.ts";
import { findSecret, requireSecret, sourceOf } from "../../vault/find-secret.ts";
import { type Missing, missingSecrets } from "../../vault/missing-secrets.ts";
import { isOfPlace, variablesOf } from "../../vault/vault.ts";
import { isInsideRun } from "../connection-reveal.ts";
import { readOrExplain } from "./vault.ts";

type Params<M extends keyof VaultMethods> = VaultMethods[M]["params"];

export function vaultRevealMethods(parts: DaemonParts): Pick<MethodTable, "vault.reveal" | "vault.expand"> {
  return {
    "vault.reveal": async (params) => ({ value: (await reveal(params, parts)).reveal() }),
    "vault.expand": async (params) => ({ texts: await expand(params, parts) }),
  };
}

async function reveal(params: Params<"vault.reveal">, parts: DaemonParts): Promise<Secret> {
  const { profile, secret } = requireSecret(await parts.profiles.find(params.profile), params);
  refuseInsideRun(profile, [secret], { asker: params.asker, parts });
  await parts.hubSyncs.requireAccessTo(profile, [secret.reference]);
  const value = await readOrExplain(profile, { secret, version: params.version }, parts);
  record(profile, secret, null);
  return value;
}

/** Every reference that leads nowhere is named at once. @throws CREDENTIALS_MISSING, BACKEND_UNREACHABLE, NAME_INVALID */
async function expand(params: Params<"vault.expand">, parts: DaemonParts): Promise<Record<string, string>> {
  const texts = Object.entries(params.texts);
  const names = [...new Set(texts.flatMap(([, text]) => vaultReferences(text)))];
  if (names.length === 0) return { ...params.texts };
  const profile = await parts.profiles.find(params.profile);
  const found = names.map((name) => ({ name, secret: findSecret(profile, name, null) }));
  const present = found.flatMap(({ secret }) => secret ?? []);
  if (profile !== null) {
    refuseInsideRun(profile, present, { asker: params.asker, parts });
    await parts.hubSyncs.requireAccessTo(
      profile,
      present.map(({ reference }) => reference),
    );
  }
  const values = new Map<string, Secret>();
  const missing: Missing[] = [];
  for (const { name, secret } of found) {
    try {
      const value = profile === null || secret === null ? null : await parts.vault.read(profile, secret);
      if (value === null) missing.push({ name, usedBy: null, source: null, error: null, variables: [] });
      else values.set(name, value);
    } catch (error) {
      if (!(error instanceof KeywardError) || !isOfPlace(error)) throw error;
      const reference = secret?.reference ?? "";
      missing.push({ name, usedBy: null, source: sourceOf(reference), error, variables: variablesOf(reference) });
    }
  }
  if (missing.length > 0) throw missingSecrets(missing);
  if (profile !== null) for (const secret of present) record(profile, secret, null);
  return Object.fromEntries(texts.map(([key, text]) => [key, expandVaultReferences(text, (name) => values.get(name)?.reveal() ?? "")]));
}

interface Asking {
  readonly asker: ProcessIdentity;
  readonly parts: DaemonParts;
}

/** @throws REVEAL_REFUSED */
function refuseInsideRun(profile: UnlockedProfile, secrets: readonly SecretRef[], { asker, parts }: Asking): void {
  if (!isInsideRun(asker, parts.runs.owners())) return;
  for (const secret of secrets) record(profile, secret, "REVEAL_REFUSED");
  throw new KeywardError("REVEAL_REFUSED", "secrets are not shown to a program inside a keyward run", {
    hint: "run the command in a terminal of your own",
  });
}

function record(profile: UnlockedProfile, { scope, name }: SecretRef, code: string | null): void {
  profile.audit.append({ kind: "reveal", requestId: newId("req"), runId: null, path: `/vault/${scope}/${name}`, code });
}
