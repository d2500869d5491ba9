// `keyward token create`: an API token of a workspace, for machines. Shown once.
import { KeywardError } from "../../../core/errors.ts";
import { define } from "../../define.ts";
import { callHub, WORKSPACE_OPTION } from "../../at-hub/call-hub.ts";
import { DAY_S, sayToken, TOKEN_OUTPUT_OPTIONS, type TokenOutput } from "../../at-hub/say-token.ts";
import type { IssuedHubToken } from "../../show/hub-token.ts";

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
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_S };

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
  if (ttl !== undefined) {
    const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(ttl) ?? [];
    if (count === "") throw new KeywardError("USAGE", "--ttl takes a time such as 30m, 8h or 7d");
    return nowS + Number(count) * (UNITS[unit] ?? 1);
  }
  const days = expiresDays === undefined ? DEFAULT_DAYS : /^\d{1,5}$/.test(expiresDays) ? Number(expiresDays) : -1;
  if (days < 0) throw new KeywardError("USAGE", "--expires-days takes a number of days; 0 = until it is revoked");
  return days === 0 ? null : nowS + days * DAY_S;
}
