// `keyward audit show`: one request in full, what its code means, and what to do next.
import type { AuditEntry } from "../../../control/protocol.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { auditObject, connectionText, requestText } from "../../show/audit.ts";
import { credentialText, meaningOf, nextStep } from "../../show/next-step.ts";
import { isoTime } from "../../text/times.ts";

export const auditShow = define<{ request: string }>({
  name: "audit show",
  summary: "show one request and what its error means",
  details: "Every answer that keyward gives a program itself names a request_id; this is where it leads.",
  args: [{ name: "<request>", summary: "its id, req_…, from an error or from audit list --json" }],
  examples: [
    { command: "keyward audit show req_8fK2mPq7LxV3nTz1", does: "why was this refused?" },
    { command: "keyward audit show req_8fK2mPq7LxV3nTz1 --json", does: "the same for a script" },
  ],
  run: async ({ request }, context) => {
    const { entry, releasedAtMs } = await context.call("audit.show", { profile: context.profile, request });
    const meaning = meaningOf(entry.code);
    const next = nextStep(entry);
    context.out.object({ ...auditObject(entry), released_at: isoTime(releasedAtMs), meaning, next });
    print(entry, { releasedAtMs, meaning, next }, context);
  },
});

interface Explanation {
  readonly releasedAtMs: number | null;
  readonly meaning: string | null;
  readonly next: string | null;
}

function print(entry: AuditEntry, { releasedAtMs, meaning, next }: Explanation, { out }: Context): void {
  const isUnfinished = entry.kind === "request" && entry.ms === null;
  const isTraffic = ["request", "tunnel", "denied"].includes(entry.kind);
  out.facts([
    ["request", entry.requestId],
    ["time", isoTime(entry.atMs) ?? ""],
    ["kind", isUnfinished ? "request, under way or cut off" : entry.kind],
    ["run", entry.runId ?? (isTraffic ? "none: it showed no live run's token" : "none")],
    ["connection", connectionText(entry)],
    ...(isTraffic ? trafficFacts(entry, releasedAtMs) : []),
    ["record", String(entry.seq)],
  ]);
  if (entry.code === null && next === null) return;
  out.line();
  if (entry.code !== null) out.line(`${entry.code}: ${meaning ?? "a code of another version of keyward"}`, "bad");
  if (next !== null) out.line(`next: ${next}`);
}

function trafficFacts(entry: AuditEntry, releasedAtMs: number | null): [string, string][] {
  return [
    ["to", requestText(entry)],
    ["credential", credentialText(entry)],
    ["released", isoTime(releasedAtMs) ?? "no"],
    ["status", entry.status === null ? "none" : `${entry.status}${entry.kind === "denied" ? ", keyward's own answer" : ""}`],
    ...maskedFact(entry),
    ["bytes", `${entry.bytesUp ?? 0} up, ${entry.bytesDown ?? 0} down`],
    ["took", entry.ms === null ? "unknown" : `${Math.round(entry.ms)} ms`],
  ];
}

function maskedFact({ masked }: AuditEntry): [string, string][] {
  return masked === null ? [] : [["echoed", `the answer had the credential in it ${masked === 1 ? "once" : `${masked} times`}`]];
}
