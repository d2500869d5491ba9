// `keyward vault versions`: when a secret changed, never to what.
import { checkScope, checkSecretName } from "../../../core/vault/words.ts";
import { callHub } from "../../at-hub/call-hub.ts";
import { findSecretAtHub, type HubSecret, isAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { isoTime, relativeTime } from "../../text/times.ts";

export const vaultVersions = define<{ name: string; scope?: string } & Via>({
  name: "vault versions",
  summary: "show the versions of a secret",
  args: [{ name: "<name>", summary: "name of the secret" }],
  options: [{ flags: "--scope <scope>", summary: "user, workspace or tenant (default: the nearest that has it)" }, VIA_OPTION],
  examples: [
    { command: "keyward vault versions SLACK_BOT_TOKEN", does: "newest first" },
    { command: "keyward vault versions SLACK_BOT_TOKEN --json", does: "the same for a script" },
  ],
  run: async (args, context) => {
    const { out, call, profile, world } = context;
    const scope = args.scope === undefined ? null : checkScope(args.scope);
    if (isAtHub(args)) return await showAtHub(await findSecretAtHub(checkSecretName(args.name), scope, context), context);
    const { secret, versions } = await call("vault.versions", { profile, name: checkSecretName(args.name), scope });
    out.object({
      name: secret.name,
      scope: secret.scope,
      versions: versions.map(({ version, createdAtMs, source, current }) => ({
        version,
        created_at: isoTime(createdAtMs),
        source,
        current,
      })),
    });
    const nowMs = world.nowMs();
    out.table(
      ["VERSION", "SOURCE", "CREATED"],
      versions.map(({ version, source, createdAtMs, current }) => [
        current ? `${version} *` : String(version),
        source,
        relativeTime(createdAtMs, nowMs),
      ]),
    );
    out.line("* the version in use", "dim");
  },
});

interface HubVersion {
  readonly version: number;
  readonly state: string;
  readonly created_by: string;
  readonly created_at: number;
}

async function showAtHub({ id, name, scope, current_version: current }: HubSecret, context: Context): Promise<void> {
  const { out, world } = context;
  const { data } = await callHub<{ data: readonly HubVersion[] }>(context, { method: "GET", path: `/v1/secrets/${id}/versions` });
  const versions = data.map(({ version, state, created_by, created_at }) => {
    return { version, state, created_by, created_at: isoTime(created_at * 1_000), source: "hub", current: version === current };
  });
  out.object({ name, scope, versions });
  out.table(
    ["VERSION", "STATE", "BY", "CREATED"],
    data.map((each) => [
      each.version === current ? `${each.version} *` : String(each.version),
      each.state,
      each.created_by,
      relativeTime(each.created_at * 1_000, world.nowMs()),
    ]),
  );
  out.line("* the version in use", "dim");
}
