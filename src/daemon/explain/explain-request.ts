// What would become of a request, and why: the proxy's own steps route, receive, match and pick, asked without a socket.
// In: a request line and a run that was never started. Out: the outcome with its connection, places and rules, or the refusal.
// It decides nothing by itself and opens no connection; the words are its own, the decisions are the steps'.
import { isIP } from "node:net";
import type { ExplainedChoice, RequestExplained } from "../../control/findings.ts";
import { describeConnection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import { type Matched, ownPort, type Picked, type Tunnel } from "../../core/exchange.ts";
import { formatAuthority } from "../../core/host.ts";
import { matchPlaces } from "../../providers/match.ts";
import type { Place } from "../../providers/schema.ts";
import type { CapturePoint } from "../../proxy/capture/capture-port.ts";
import { captureAt, capturesAuthority } from "../../proxy/capture/find-capture.ts";
import type { Binding, LiveRun } from "../../proxy/ports.ts";
import { match } from "../../proxy/steps/match.ts";
import { pick } from "../../proxy/steps/pick.ts";
import { receive } from "../../proxy/steps/receive.ts";
import { ownsAuthority, route } from "../../proxy/steps/route.ts";
import { checkAddress } from "../../proxy/upstream/resolve.ts";
import { describePlace, permittingRules } from "./describe-place.ts";
import type { RequestLine } from "./read-url.ts";

export type Verdict = Pick<RequestExplained, "outcome" | "why" | "code" | "hint" | "choice" | "captured">;

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
    const matched = decide(line, run);
    const point = captureAt(line, run);
    if (point !== null) return describeCaptured(point);
    const picked = pick(matched, run.bindings());
    return picked.choice === null ? describePassed(matched, run) : describePicked(picked.choice, { matched, run });
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error;
    return { outcome: "refused", why: error.message, code: error.code, hint: error.hint ?? null, choice: null, captured: null };
  }
}

/** The request as a client sends it that has no key of its own. */
function decide(line: RequestLine, run: LiveRun): Matched<Place> {
  const { method, scheme, authority, target } = line;
  const tunnel: Tunnel = { runId: run.id, authority, scheme };
  const headers = ["Host", formatAuthority(authority, ownPort(scheme))];
  const received = receive({ method, target, httpVersion: "1.1", headers }, { tunnel, requestId: "", startedAtMs: 0 });
  return match(received, { run, known: [], secrets: [], matchPlaces });
}

interface Decided {
  readonly matched: Matched<Place>;
  readonly run: LiveRun;
}

function describePicked(choice: NonNullable<Picked<Place>["choice"]>, { matched, run }: Decided): Verdict {
  const { provider, name } = choice.connection;
  const [filled = []] = choice.how === "filled" ? choice.alternatives : [];
  return {
    ...verdict("injected", `${describeConnection({ provider, name })} is the run's choice when the request shows no placeholder`),
    choice: describeChoice({ provider, name }, { matched, run, filled }),
  };
}

/** Nothing is filled in here; where a placeholder would be replaced, it is said which one and where. */
function describePassed(matched: Matched<Place>, run: LiveRun): Verdict {
  if (matched.scheme === "http") return verdict("passed", "plain http never gets a credential");
  const owner = soleOwner(matched, run.bindings());
  if (owner === null) {
    const isForLogin = capturesAuthority(run, matched.authority).isIntercepted;
    const why = "no place of a bound connection is on this host and path";
    return verdict("passed", isForLogin ? `${why}; the host is looked at for the login that the run captures` : why);
  }
  return {
    ...verdict("passed", `the credential of ${describeConnection(owner)} is put only where a request shows its placeholder`),
    choice: describeChoice(owner, { matched, run, filled: [] }),
  };
}

/** The request itself goes on as it is; only a refresh token's stand-in in its body is replaced. */
function describeCaptured({ definition }: CapturePoint): Verdict {
  const why = `tokens in the answer are kept as a login of ${definition.id}, and the program gets placeholders in their place`;
  return { ...verdict("passed", why), captured: definition.id };
}

function soleOwner({ candidates, authority }: Matched<Place>, bindings: readonly Binding[]): Binding | null {
  const [candidate, second] = candidates;
  if (candidate === undefined || second !== undefined) return null;
  const own = bindings.filter((binding) => binding.provider === candidate.provider && ownsAuthority(binding, authority));
  return own.find(({ isDefault }) => isDefault) ?? own[0] ?? null;
}

function describeChoice(
  { provider, name }: { readonly provider: string; readonly name: string },
  { matched, run, filled }: Decided & { readonly filled: readonly Place[] },
): ExplainedChoice {
  const all = matched.candidates.find((candidate) => candidate.provider === provider)?.alternatives ?? [];
  const elsewhere = all.flat().filter((place) => !filled.includes(place));
  return {
    provider,
    connection: name,
    places: filled.map(describePlace),
    elsewhere: [...new Set(elsewhere.map(describePlace))],
    rules: permittingRules(run.layers, provider, matched),
  };
}

function verdict(outcome: Verdict["outcome"], why: string): Verdict {
  return { outcome, why, code: null, hint: null, choice: null, captured: null };
}
