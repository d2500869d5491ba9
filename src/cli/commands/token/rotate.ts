// `keyward token rotate`: a new token in the place of an old one, which dies at once or after an overlap.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { callHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";
import { DAY_S, sayToken, TOKEN_OUTPUT_OPTIONS, type TokenOutput } from "../../at-hub/say-token.ts";
import type { IssuedHubToken } from "../../show/hub-token.ts";

interface Args extends TokenOutput {
  readonly token: string;
  readonly name?: string;
  readonly expiresDays?: string;
  readonly overlap?: string;
  readonly workspace?: string;
}

export const tokenRotate = define<Args>({
  name: "token rotate",
  summary: "replace an API token",
  details:
    "Name, scopes and life stay as they were unless said. The old token is refused with its next request; --overlap keeps it until a moment that is enforced exactly.",
  args: [{ name: "<token>", summary: "its id: tok_…" }],
  options: [
    { flags: "--name <name>", summary: "another name" },
    { flags: "--expires-days <days>", summary: "another life; 0 = until it is revoked" },
    { flags: "--overlap <time>", summary: "how long the old one still works: 30m, 24h, at most 7d" },
    WORKSPACE_OPTION,
    ...TOKEN_OUTPUT_OPTIONS,
  ],
  examples: [
    { command: "keyward token rotate tok_…", does: "the old one is dead" },
    { command: "keyward token rotate tok_… --overlap 24h", does: "the old one works one more day" },
  ],
  run: async (args, context) => {
    const nowS = Math.floor(context.world.nowMs() / 1_000);
    const days = args.expiresDays;
    if (days !== undefined && !/^\d{1,5}$/.test(days)) throw new KeywardError("USAGE", "--expires-days takes a number of days");
    const issued = await callHub<IssuedHubToken>(context, {
      method: "POST",
      path: `/v1/api_tokens/${encodeURIComponent(args.token)}:rotate`,
      workspace: args.workspace,
      isCreate: true,
      body: {
        ...(args.name === undefined ? {} : { name: args.name }),
        ...(days === undefined ? {} : { expires_at: days === "0" ? null : nowS + Number(days) * DAY_S }),
        overlap_seconds: readOverlap(args.overlap),
      },
    });
    await sayToken(issued, args, context);
  },
});

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_S };

function readOverlap(text: string | undefined): number {
  if (text === undefined) return 0;
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === "") throw new KeywardError("USAGE", "--overlap takes a time such as 30m or 24h");
  return Number(count) * (UNITS[unit] ?? 1);
}
