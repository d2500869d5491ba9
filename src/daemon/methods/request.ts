// request.*: what would become of a request. In: a method, a URL, what a run would be asked for. Out: the proxy's decision in words.
// Nothing is started, sent, written or looked up in the network.
import { loadSettings } from "../../config/settings-file.ts";
import type { Params, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { newToken } from "../../core/ids.ts";
import type { DaemonParts } from "../parts.ts";
import { explainOthers } from "../explain/explain-others.ts";
import { explainRequest, type Verdict } from "../explain/explain-request.ts";
import { readUrl } from "../explain/read-url.ts";
import { ActiveRun } from "../runs/live-run.ts";
import { choose, completeCaptures, completeLayers, makeRecord } from "./run.ts";

export function requestMethods(parts: DaemonParts): Pick<MethodTable, "request.explain"> {
  return { "request.explain": (params) => explain(params, parts) };
}

async function explain(params: Params<"request.explain">, parts: DaemonParts): Promise<Result<"request.explain">> {
  const line = readUrl(params.method, params.url);
  const { profile, locked } = await findUnlessLocked(params.profile, parts);
  // Of a locked profile nobody can say whether it has what was asked for.
  const selection = locked === null ? params.selection : { connections: [], providers: [] };
  const run = hypotheticalRun({ ...params, selection }, { parts, profile });
  const verdict =
    locked === null
      ? explainRequest(line, { run, allow: loadSettings(parts.paths)["network.allow"] })
      : { ...locked, choice: null, captured: null };
  const stored = profile?.connections() ?? [];
  const { method, scheme, path } = line;
  return {
    method,
    scheme,
    ...line.authority,
    path,
    ...verdict,
    others: explainOthers(line, { run, verdict, stored, catalogue: parts.definitions.current().list(), isLocked: locked !== null }),
  };
}

interface Found {
  readonly profile: Profile;
  /** What a run would be told. */
  readonly locked: Pick<Verdict, "outcome" | "why" | "code" | "hint"> | null;
}

async function findUnlessLocked(name: string | null, { profiles }: DaemonParts): Promise<Found> {
  try {
    return { profile: await profiles.find(name), locked: null };
  } catch (error) {
    if (!(error instanceof KeywardError) || error.code !== "PROFILE_LOCKED") throw error;
    const why = `${error.message}, so no run can start and its connections are not known`;
    return { profile: null, locked: { outcome: "refused", why, code: error.code, hint: error.hint ?? null } };
  }
}

type Profile = Awaited<ReturnType<DaemonParts["profiles"]["find"]>>;

/** The run that these words would start, known to nobody. */
function hypotheticalRun(params: Params<"request.explain">, { parts, profile }: { parts: DaemonParts; profile: Profile }): ActiveRun {
  const { selection } = params;
  const choices = choose({ selection }, profile, parts);
  const layers = completeLayers(params.layers, parts);
  const captures = completeCaptures(params.captures, parts).map(({ id }) => id);
  const record = makeRecord(
    { command: "", selection, layers, captures, owner: null, ttlMs: null },
    { choices, token: newToken(), nowMs: parts.clock.nowMs() },
  );
  const definitions = parts.definitions.current();
  const none = { connections: [], find: (id: string) => definitions.get(id), suggest: () => [], revision: "none" };
  return new ActiveRun(profile?.name ?? "", record, () => (profile === null ? none : parts.sourcesOf(profile)));
}
