// What would become of a request, and why: the proxy's own steps route, receive, match and pick, asked without a socket.
// In: a request line and a run that was never started. Out: the outcome with its connection, places and rules, or the refusal.
// It decides nothing by itself and opens no connection; the words are its own, the decisions are the steps'.
import { isIP } from "node:net";
import type { ExplainedChoice, RequestExplained } from "../../control/findings.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { ownPort, type Picked, type Tunnel } from "../../core/exchange.ts";
import { formatAuthority } from "../../core/host.ts";
import { matchPlaces } from "../../providers/match.ts";
import type { Place } from "../../providers/schema.ts";
import type { LiveRun } from "../../proxy/ports.ts";
import { match } from "../../proxy/steps/match.ts";
import { pick } from "../../proxy/steps/pick.ts";
import { receive } from "../../proxy/steps/receive.ts";
import { route } from "../../proxy/steps/route.ts";
import { checkAddress } from "../../proxy/upstream/resolve.ts";
import { describePlace, permittingRules } from "./describe-place.ts";
import type { RequestLine } from "./read-url.ts";

export type Verdict = Pick<RequestExplained, "outcome" | "why" | "code" | "hint" | "choice">;

export interface ExplainContext {
  readonly run: LiveRun;
  /** CIDRs of network.allow. */
  readonly allow: readonly string[];
}

export function explainRequest(line: RequestLine, { run, allow }: ExplainContext): Verdict {
  try {
    if (isIP(line.authority.host) !== 0) {
      checkAddress(line.authority.host, { authority: line.authority, port: line.authority.port, allow, ownPorts: [] });
    }
    const way = route(line.authority, run);
    if (line.scheme === "https" && way === "tunnel") return verdict("tunnelled", "no bound connection owns this host and port");
    return describePicked(decide(line, run), run);
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error;
    return { outcome: "refused", why: error.message, code: error.code, hint: error.hint ?? null, choice: null };
  }
}

/** The request as a client sends it that has no key of its own. */
function decide(line: RequestLine, run: LiveRun): Picked<Place> {
  const { method, scheme, authority, target } = line;
  const tunnel: Tunnel = { runId: run.id, authority, scheme };
  const headers = ["Host", formatAuthority(authority, ownPort(scheme))];
  const received = receive({ method, target, httpVersion: "1.1", headers }, { tunnel, requestId: "", startedAtMs: 0 });
  return pick(match(received, { run, known: [], matchPlaces }), run.bindings());
}

function describePicked(picked: Picked<Place>, run: LiveRun): Verdict {
  const { choice } = picked;
  if (choice === null) {
    const isClear = picked.scheme === "http";
    return verdict("passed", isClear ? "plain http never gets a credential" : "no place of a bound connection is on this host and path");
  }
  const { provider, name } = choice.connection;
  const explained: ExplainedChoice = {
    provider,
    connection: name,
    places: (choice.alternatives[0] ?? []).map(describePlace),
    rules: permittingRules(run.layers, provider, picked),
  };
  return {
    ...verdict("injected", `${describeConnection({ provider, name })} is the run's choice when the request shows no placeholder`),
    choice: explained,
  };
}

function verdict(outcome: Verdict["outcome"], why: string): Verdict {
  return { outcome, why, code: null, hint: null, choice: null };
}
