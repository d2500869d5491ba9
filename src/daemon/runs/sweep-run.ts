// run.sweep: which of the texts that a run's child would get or find hold a stored secret.
// In: inherited variables and files of the working directory, as the command reads them. Out: variables with placeholders in place
// of secrets, and names of files. A secret is compared here and never said: the answer holds what was sent, and placeholders.
import type { ProfileParams, Result, SweepParams } from "../../control/protocol.ts";
import { type StandIn, sweepText } from "../../store/records/sweep-text.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import type { Vault } from "../vault/vault.ts";

export async function sweepRun(
  params: ProfileParams & SweepParams,
  { profiles, vault }: Pick<DaemonParts, "profiles" | "vault">,
): Promise<Result<"run.sweep">> {
  const profile = await profiles.find(params.profile);
  return profile === null ? { replace: {}, files: [] } : sweep(params, standInsOf(profile, vault));
}

function sweep({ values, files }: SweepParams, standIns: readonly StandIn[]): Result<"run.sweep"> {
  const swept = Object.entries(values).map(([name, text]) => [name, text, sweepText(text, standIns)] as const);
  return {
    replace: Object.fromEntries(swept.filter(([, before, after]) => before !== after).map(([name, , after]) => [name, after])),
    files: files.filter(({ text }) => sweepText(text, standIns) !== text).map(({ name }) => name),
  };
}

/** Every secret of every connection, bound or not: the child should have none of them. */
function standInsOf(profile: UnlockedProfile, vault: Vault): StandIn[] {
  return [...profile.connections(), ...profile.given().map(({ connection }) => connection)].flatMap((connection) => {
    const fields = { ...profile.credential(connection)?.fields, ...vault.known(profile, connection) };
    return Object.entries(connection.placeholders).flatMap(([field, placeholder]) => {
      const secret = fields[field];
      return secret === undefined ? [] : [{ secret, placeholder }];
    });
  });
}
