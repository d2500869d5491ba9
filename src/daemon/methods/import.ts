// connection.import: stores what a dotenv file holds, each name with the provider that declares it. Answers names, never values.
// A value that does not fit refuses its own connection and no other; with `dryRun` nothing is written, not even a profile.
import { planImport, type PlannedConnection, type PlannedName } from "../../connections/import.ts";
import type { ImportParams, ImportRow, ProfileParams, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { checkName } from "../../core/names.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";
import { checkValues, refuseExisting, storeConnection } from "../store-connection.ts";

type Params = ProfileParams & ImportParams;
type Verdict = Pick<ImportRow, "outcome" | "reason">;

/** What concerns one connection of the file; anything else ends the import. */
const OWN_FAULTS = new Set(["KEY_SHAPE", "KEY_EMPTY", "FIELD_UNKNOWN", "PROVIDER_INVALID", "CONNECTION_EXISTS"]);

export function importMethods(parts: DaemonParts): Pick<MethodTable, "connection.import"> {
  return { "connection.import": (params) => importPairs(params, parts) };
}

async function importPairs(params: Params, parts: DaemonParts): Promise<Result<"connection.import">> {
  const connection = checkName("connection", params.connection ?? "default");
  const catalogue = parts.definitions.refresh();
  const plan = planImport(params.pairs, catalogue, connection);
  const needsProfile = plan.connections.length > 0 && !params.dryRun;
  const profile = await (needsProfile ? parts.profiles.ensure(params.profile) : parts.profiles.find(params.profile));
  const verdicts = new Map<string, Verdict>();
  for (const planned of plan.connections) {
    const verdict = take(planned, { params, parts, profile });
    for (const name of planned.names) verdicts.set(name, verdict);
  }
  const rows = plan.names.map((name) => toRow(name, verdicts.get(name.name)));
  return { rows, notice: profile === null ? null : parts.profiles.takeNotice(profile.name) };
}

interface Import {
  readonly params: Params;
  readonly parts: DaemonParts;
  readonly profile: UnlockedProfile | null;
}

function take(planned: PlannedConnection, { params, parts, profile }: Import): Verdict {
  const provider = parts.definitions.current().get(planned.provider);
  if (provider === null) return { outcome: "unknown", reason: "its definition was just removed" };
  const { connection: name, values } = planned;
  try {
    refuseExisting(profile, { provider: provider.id, name }, params.force);
    if (params.dryRun || profile === null) checkValues(profile, { provider, values });
    else storeConnection(profile, { provider, name, values, force: params.force });
    return { outcome: params.dryRun ? "would store" : "stored", reason: null };
  } catch (error) {
    if (!(error instanceof KeywardError) || !OWN_FAULTS.has(error.code)) throw error;
    if (error.code === "CONNECTION_EXISTS") return { outcome: "exists", reason: "the connection is already there; --force replaces it" };
    return { outcome: "refused", reason: error.message };
  }
}

function toRow({ name, provider, connection, outcome, reason }: PlannedName, verdict: Verdict | undefined): ImportRow {
  if (outcome !== "planned") return { name, provider, connection, outcome, reason };
  return { name, provider, connection, ...(verdict ?? { outcome: "refused", reason: "it was not reached" }) };
}
