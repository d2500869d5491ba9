// `keyward token create`: an API token of a workspace, for machines. Shown once.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { callHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";
import { DAY_S, expiryAfter, parseDays, sayToken, TOKEN_OUTPUT_OPTIONS, type TokenOutput } from "../../at-hub/say-token.ts";
import type { IssuedHubToken } from "../../show/hub-token.ts";
import { parseDuration } from "../../text/times.ts";

interface Args extends TokenOutput {
  readonly name?: string;
  readonly scope?: readonly string[];
  readonly expiresDays?: string;
  readonly ttl?: string;
  readonly kind?: string;
  readonly connection?: readonly string[];
  readonly workspace?: string;
  readonly fromCurrent?: boolean;
}

const DEFAULT_DAYS = 90;
const TTL_LIMITS = { minMs: 60_000, maxMs: 3_650 * DAY_S * 1_000 };

export const tokenCreate = define<Args>({
  name: "token create",
  summary: "make an API token of a workspace at the hub",
  details:
    "It belongs to the workspace, not to you, and can do no more than you can. A run token (--kind run) is good for the connections it names, at a gateway, and for nothing else.",
  options: [
    { flags: "--name <name>", summary: "what it is called (default: CI)" },
    { flags: "--scope <scope>", summary: "what it may do, several times if need be (default: ingest:write)", repeat: true },
    { flags: "--expires-days <days>", summary: "how long it lives; 0 = until it is revoked (default: 90)" },
    { flags: "--ttl <time>", summary: "the same as 30m, 8h or 7d" },
    { flags: "--kind <kind>", summary: "pat for the API, run for a gateway (default: pat)", choices: ["pat", "run"] },
    { flags: "--connection <id>", summary: "with --kind run: a connection of the hub, several times if need be", repeat: true },
    { flags: "--from-current", summary: "cut from the login or token in use: never wider, never longer-lived, ended with it" },
    WORKSPACE_OPTION,
    ...TOKEN_OUTPUT_OPTIONS,
  ],
  examples: [
    { command: "keyward token create --name deploy --scope connections:read --expires-days 30", does: "prints the token, once" },
    {
      command: "keyward token create --kind run --connection con_… --ttl 8h --print-env --show-token",
      does: "for a fleet behind a gateway",
    },
  ],
  run: async (args, context) => {
    const expiresAt = readLife(args, context.world.nowMs());
    const isRun = args.kind === "run";
    const issued = await callHub<IssuedHubToken>(context, {
      method: "POST",
      path: "/v1/api_tokens",
      workspace: args.workspace,
      isCreate: true,
      body: {
        name: args.name ?? "CI",
        kind: args.kind ?? "pat",
        ...(isRun ? { connections: args.connection ?? [] } : { scopes: args.scope ?? ["ingest:write"] }),
        expires_at: expiresAt,
        ...(args.fromCurrent === true ? { parent: "current" } : {}),
      },
    });
    await sayToken(issued, args, context);
  },
});

/** Unix seconds, or null for a token without an end. @throws USAGE */
function readLife({ expiresDays, ttl }: Args, nowMs: number): number | null {
  if (expiresDays !== undefined && ttl !== undefined) throw new KeywardError("USAGE", "--expires-days and --ttl say the same");
  const nowS = Math.floor(nowMs / 1_000);
  if (ttl !== undefined) return nowS + Math.floor(parseDuration("--ttl", ttl, TTL_LIMITS) / 1_000);
  return expiryAfter(expiresDays === undefined ? DEFAULT_DAYS : parseDays(expiresDays), nowS);
}
