// Says a token that was just made or replaced: once, as itself, or as lines for a shell.
// In: the hub's answer. Out: lines and the object of --json. With --print-env it is masked unless --show-token says otherwise.
import { KeywardError } from "../../core/errors.ts";
import { readVariable } from "../../config/environment.ts";
import type { Context } from "../context.ts";
import type { OptionSpec } from "../define.ts";
import { day, type IssuedHubToken, maskToken } from "../show/hub-token.ts";

export interface TokenOutput {
  readonly printEnv?: boolean;
  readonly showToken?: boolean;
}

export const TOKEN_OUTPUT_OPTIONS: readonly OptionSpec[] = [
  { flags: "--print-env", summary: "print KEYWARD_HUB, KEYWARD_WORKSPACE and KEYWARD_TOKEN lines, the token masked" },
  { flags: "--show-token", summary: "with --print-env: the token itself" },
];

export async function sayToken(issued: IssuedHubToken, { printEnv, showToken }: TokenOutput, context: Context): Promise<void> {
  const { out } = context;
  if (printEnv === true) {
    const url =
      readVariable("KEYWARD_HUB", context.world.environment) ??
      (await context.call("hub.state", { profile: context.profile })).identity?.url ??
      "";
    const token = showToken === true ? issued.token : maskToken(issued.token);
    const values = { KEYWARD_HUB: url, KEYWARD_WORKSPACE: issued.workspace_id, KEYWARD_TOKEN: token };
    for (const [name, value] of Object.entries(values)) out.line(`${name}=${value}`);
    if (showToken !== true) out.note("the token is masked and not shown again; --show-token prints it");
    out.object({ ...issued, token: showToken === true ? issued.token : null, env: values });
    return;
  }
  out.line(issued.token);
  out.note(
    `${issued.name} (${issued.id}), ${issued.scopes.join(" ")}, ${day(issued.expires_at, "until it is revoked")}; it is not shown again`,
  );
  out.object({ ...issued });
}

export const DAY_S = 24 * 3_600;

/** @throws USAGE */
export function parseDays(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new KeywardError("USAGE", "--expires-days takes a number of days; 0 = until it is revoked");
}

/** Unix seconds; null for a token without an end. */
export function expiryAfter(days: number, nowS: number): number | null {
  return days === 0 ? null : nowS + days * DAY_S;
}
