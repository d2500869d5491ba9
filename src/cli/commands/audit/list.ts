// `keyward audit list`: what was done with the keys, newest last.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { AUDIT_HEAD, auditCells, auditObject } from "../../show/audit.ts";
import { parseSince } from "../../text/times.ts";

interface AuditArguments {
  readonly run?: string;
  readonly provider?: string;
  readonly since?: string;
  readonly denied?: boolean;
  readonly limit?: string;
}

const MAX_LIMIT = 100_000;

export const auditList = define<AuditArguments>({
  name: "audit list",
  summary: "show what was done with the keys",
  details: "One record per request, login, reveal and refusal: names, hosts and counts, never a value, query or body.",
  options: [
    { flags: "--run <id>", summary: "only this run" },
    { flags: "--provider <id>", summary: "only this provider" },
    { flags: "--since <time>", summary: "only since then: 2h, 7d or a date" },
    { flags: "--denied", summary: "only what was refused" },
    { flags: "--limit <count>", summary: "at most this many, the newest (default: 100)" },
  ],
  examples: [
    { command: "keyward audit list --since 1h", does: "the last hour" },
    { command: "keyward audit list --denied --json", does: "refusals, for a script" },
  ],
  run: async (args, { out, call, profile, world }) => {
    const { entries } = await call("audit.list", {
      profile,
      run: args.run ?? null,
      provider: args.provider ?? null,
      sinceMs: args.since === undefined ? null : parseSince(args.since, world.nowMs()),
      denied: args.denied === true,
      limit: parseLimit(args.limit ?? "100"),
    });
    out.object({ entries: entries.map(auditObject) });
    if (entries.length === 0) return out.line("no records");
    out.table(AUDIT_HEAD, entries.map(auditCells));
  },
});

function parseLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new KeywardError("USAGE", `--limit takes a number from 1 to ${MAX_LIMIT}`);
}
