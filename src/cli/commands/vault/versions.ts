// `keyward vault versions`: when a secret changed, never to what.
import { checkScope, checkSecretName } from "../../../core/vault/words.ts";
import { define } from "../../define.ts";
import { isoTime, relativeTime } from "../../text/times.ts";

export const vaultVersions = define<{ name: string; scope?: string }>({
  name: "vault versions",
  summary: "show the versions of a secret",
  args: [{ name: "<name>", summary: "name of the secret" }],
  options: [{ flags: "--scope <scope>", summary: "user, workspace or tenant (default: the nearest that has it)" }],
  examples: [
    { command: "keyward vault versions SLACK_BOT_TOKEN", does: "newest first" },
    { command: "keyward vault versions SLACK_BOT_TOKEN --json", does: "the same for a script" },
  ],
  run: async (args, { out, call, profile, world }) => {
    const scope = args.scope === undefined ? null : checkScope(args.scope);
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
