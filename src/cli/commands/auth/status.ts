// `keyward auth status`: which login a hub command would use, where it is kept, and what it shadows. Works without a hub and without HOME.
import { join } from "node:path";
import { readVariable } from "../../../config/environment.ts";
import { loadSettings } from "../../../config/settings-file.ts";
import type { HubIdentity } from "../../../control/api/hub.ts";
import { KeywardError } from "../../../core/errors.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { callHub } from "../../at-hub/call-hub.ts";
import { identityLine, identityObject } from "../../show/hub.ts";

interface Sources {
  readonly method: "env_token" | "stored_token" | "session" | "none";
  readonly identity: HubIdentity | null;
  readonly warnings: readonly string[];
}

export const authStatus = define<{ check?: boolean }>({
  name: "auth status",
  summary: "show which login at a hub is used, and what it shadows",
  details:
    "A token of KEYWARD_TOKEN wins over a stored token, and that over a login. Asks no hub unless --check is given; ends with 0 in any case without it.",
  options: [{ flags: "--check", summary: "also ask the hub, and end with 3 or 6 when it refuses or cannot be reached" }],
  examples: [
    { command: "keyward auth status", does: "the source, where it is, what it shadows" },
    { command: "keyward auth status --check --json", does: "with a real call, for a script" },
  ],
  run: async ({ check }, context) => {
    const { method, identity, warnings } = await findSources(context);
    const { out } = context;
    if (method === "env_token")
      out.line(`KEYWARD_TOKEN is used, at ${readVariable("KEYWARD_HUB", context.world.environment) ?? "no hub: set KEYWARD_HUB"}`);
    else if (identity !== null) out.line(`${identityLine(identity)} (kept encrypted in ${profilePath(context)})`);
    else out.line("not logged in at a hub");
    for (const warning of warnings) out.note(warning);
    if (method === "none") out.line("next: keyward auth login --hub https://hub.example.com");
    if (check === true) await callHub(context, { method: "GET", path: "/v1/me" });
    const shown = identity === null ? { email: null, tenant_id: null } : identityObject(identity);
    const where = method === "env_token" ? "KEYWARD_TOKEN" : identity === null ? null : profilePath(context);
    out.object({ authenticated: method !== "none", ...shown, method, where, warnings: [...warnings] });
  },
});

function profilePath({ paths, profile, world }: Context): string {
  return join(paths.profiles, `${profile ?? loadSettings(paths, world.environment).profile}.db`);
}

async function findSources(context: Context): Promise<Sources> {
  const fromEnvironment = readVariable("KEYWARD_TOKEN", context.world.environment) !== undefined;
  const { identity, unreadable } = await readIdentity(context, fromEnvironment);
  const warnings = unreadable === null ? [] : [`ignoring unreadable profile: ${unreadable}`];
  if (fromEnvironment) {
    if (identity !== null) {
      const what = identity.method === "token" ? "the token stored" : `the login of ${identity.user?.email ?? "a person"}`;
      warnings.push(`KEYWARD_TOKEN shadows ${what} in ${profilePath(context)}; to use that: unset KEYWARD_TOKEN`);
    }
    return { method: "env_token", identity: null, warnings };
  }
  if (identity === null) return { method: "none", identity, warnings };
  return { method: identity.method === "token" ? "stored_token" : "session", identity, warnings };
}

/** A profile that cannot be read does not hide a token of the environment. */
async function readIdentity(context: Context, isOptional: boolean): Promise<{ identity: HubIdentity | null; unreadable: string | null }> {
  try {
    return { identity: (await context.call("hub.state", { profile: context.profile })).identity, unreadable: null };
  } catch (error) {
    if (!isOptional || !(error instanceof KeywardError)) throw error;
    return { identity: null, unreadable: error.message };
  }
}
