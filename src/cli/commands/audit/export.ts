// `keyward audit export`: the records exactly as they are written, one JSON object a line, oldest first.
// Without a filter it is a copy of the audit file, so its chain of hashes can be verified elsewhere (docs/formats.md says how).
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { parseSince } from "../../text/times.ts";

interface ExportArguments {
  readonly run?: string;
  readonly provider?: string;
  readonly since?: string;
  readonly denied?: boolean;
}

export const auditExport = define<ExportArguments>({
  name: "audit export",
  summary: "print the audit records as they are written",
  details: `One JSON object a line, oldest first, with or without --json. Without a filter it is a copy of
the whole file, chain of hashes included; a filter picks records out of it.`,
  options: [
    { flags: "--run <id>", summary: "only this run" },
    { flags: "--provider <id>", summary: "only this provider" },
    { flags: "--since <time>", summary: "only since then: 2h, 7d or a date" },
    { flags: "--denied", summary: "only what was refused" },
  ],
  examples: [
    { command: "keyward audit export > audit.jsonl", does: "all of it, for keeping elsewhere" },
    { command: "keyward audit export --since 30d --provider github", does: "a month of one provider" },
  ],
  run: async (args, context) => {
    const sinceMs = args.since === undefined ? null : parseSince(args.since, context.world.nowMs());
    const asked = { run: args.run ?? null, provider: args.provider ?? null, sinceMs, denied: args.denied === true };
    const isWhole = asked.run === null && asked.provider === null && sinceMs === null && !asked.denied;
    await copy(isWhole ? null : asked, context);
  },
});

type Selection = {
  readonly run: string | null;
  readonly provider: string | null;
  readonly sinceMs: number | null;
  readonly denied: boolean;
};

async function copy(selection: Selection | null, { call, profile, out }: Context): Promise<void> {
  for (let fromByte: number | null = 0; fromByte !== null;) {
    const part: { lines: readonly string[]; nextByte: number | null } = await call("audit.read", { profile, fromByte, selection });
    if (part.lines.length > 0) out.raw(`${part.lines.join("\n")}\n`);
    fromByte = part.nextByte;
  }
}
