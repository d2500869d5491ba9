// `keyward explain`: what would become of a request of a run, and why. Nothing is sent and nothing is looked up.
import type { RequestExplained } from "../../control/findings.ts";
import { formatAuthority } from "../../core/host.ts";
import type { Context } from "../context.ts";
import { define } from "../define.ts";
import { buildRunParams, type RunArguments } from "../run/request.ts";

type ExplainArguments = Omit<RunArguments, "command"> & { readonly method: string; readonly url: string };

const OUTCOMES: Readonly<Record<RequestExplained["outcome"], string>> = {
  injected: "the credential goes out with it",
  passed: "sent as it is, without a credential",
  tunnelled: "passed on untouched, bytes and all",
  refused: "answered by keyward, never sent",
};

export const explain = define<ExplainArguments>({
  name: "explain",
  summary: "show what would become of a request, and why",
  details: `Answers as the proxy would for a run with the same options and the same keyward.json, for a request
that has no key of its own. No network is used: whether a name leads to an address that may be reached is known
only when it is dialled. Of a locked profile it says which providers own the host.`,
  args: [
    { name: "<method>", summary: "GET, POST, …" },
    { name: "<url>", summary: "where the request goes; https when it does not say" },
  ],
  options: [
    { flags: "--connection <provider=name>", summary: "as for run; may be repeated", repeat: true },
    { flags: "--provider <id>", summary: "as for run; may be repeated", repeat: true },
    { flags: "--allow <host>", summary: "as for run; may be repeated", repeat: true },
    { flags: "--deny <host>", summary: "as for run; may be repeated", repeat: true },
    { flags: "--deny-unmatched", summary: "as for run" },
    { flags: "--rule <rule>", summary: "as for run; may be repeated", repeat: true },
    { flags: "--capture <provider>", summary: "as for run; may be repeated", repeat: true },
  ],
  examples: [
    { command: "keyward explain GET https://api.openai.com/v1/models", does: "which connection, where the key goes" },
    { command: "keyward explain DELETE https://api.github.com/repos/o/r --rule 'github:GET /**'", does: "does the rule refuse it?" },
  ],
  run: async ({ method, url, ...options }, context) => {
    const { profile, selection, layers, captures } = buildRunParams({ ...options, command: [] }, context);
    const asked = { profile, method, url, selection, layers, ...(captures === undefined ? {} : { captures }) };
    show(await context.call("request.explain", asked), context);
  },
});

function show(explained: RequestExplained, { out }: Context): void {
  const { method, scheme, host, port, path, outcome, why, code, hint, choice, captured, others } = explained;
  out.object({ request: { method, scheme, host, port, path }, outcome, why, code, hint, choice, captured, others });
  out.line(`${method} ${scheme}://${formatAuthority({ host, port }, scheme === "https" ? 443 : 80)}${path}`, "bold");
  out.line(`${outcome}: ${OUTCOMES[outcome]}`, outcome === "refused" ? "bad" : outcome === "injected" ? "good" : null);
  const facts: [string, string][] = [["why", why]];
  if (code !== null) facts.push(["code", code]);
  if (hint !== null) facts.push(["hint", hint]);
  if (captured !== null) facts.push(["login kept", captured]);
  if (choice !== null) {
    facts.push(["connection", `${choice.provider} (${choice.connection})`]);
    if (choice.places.length > 0) facts.push(["place", choice.places.join(" and ")]);
    if (choice.elsewhere.length > 0) facts.push(["replaced in", choice.elsewhere.join(", ")]);
    if (choice.rules.length > 0) facts.push(["rule", choice.rules.join(" and ")]);
  }
  out.facts(facts);
  if (others.length === 0) return;
  out.line();
  out.line("Not used", "bold");
  for (const [reason, names] of byReason(others)) out.line(`  ${names.join(", ")}: ${reason}`);
}

/** Most connections have the same reason: they do not own the host. */
function byReason(others: RequestExplained["others"]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { provider, connection, why } of others) {
    const name = connection === null ? provider : `${provider} (${connection})`;
    reasons.set(why, [...(reasons.get(why) ?? []), name]);
  }
  return reasons;
}
