// `keyward token rotate`: a new token in the place of an old one, which dies at once or after an overlap.
import { define } from "../../define.ts";
import { callHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";
import { DAY_S, expiryAfter, parseDays, sayToken, TOKEN_OUTPUT_OPTIONS, type TokenOutput } from "../../at-hub/say-token.ts";
import type { IssuedHubToken } from "../../show/hub-token.ts";
import { parseDuration } from "../../text/times.ts";

const OVERLAP_LIMITS = { minMs: 60_000, maxMs: 7 * DAY_S * 1_000 };

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
    const days = args.expiresDays === undefined ? undefined : parseDays(args.expiresDays);
    const issued = await callHub<IssuedHubToken>(context, {
      method: "POST",
      path: `/v1/api_tokens/${encodeURIComponent(args.token)}:rotate`,
      workspace: args.workspace,
      isCreate: true,
      body: {
        ...(args.name === undefined ? {} : { name: args.name }),
        ...(days === undefined ? {} : { expires_at: expiryAfter(days, nowS) }),
        overlap_seconds: args.overlap === undefined ? 0 : Math.floor(parseDuration("--overlap", args.overlap, OVERLAP_LIMITS) / 1_000),
      },
    });
    await sayToken(issued, args, context);
  },
});
