// `keyward vault rm`: removes a secret with all its versions; one that a connection refers to only with --force.
import { checkScope, checkSecretName } from "../../../core/vault/words.ts";
import { findSecretAtHub, hubSecretObject, isAtHub, removeSecretAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import { define } from "../../define.ts";

interface RemoveArguments extends Via {
  readonly name: string;
  readonly scope?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
}

export const vaultRm = define<RemoveArguments>({
  name: "vault rm",
  summary: "remove a secret with all its versions",
  details: `A secret that a connection refers to is kept (exit status 5) unless --force is given; the connection stays and finds
nothing. It asks first; where nobody can be asked it wants --yes or --force (exit status 4). What a backend holds stays
there: only the reference to it goes.`,
  args: [{ name: "<name>", summary: "name of the secret" }],
  options: [
    { flags: "--scope <scope>", summary: "user, workspace or tenant; needed where several have the name" },
    { flags: "--force", summary: "remove it although a connection refers to it, and do not ask" },
    { flags: "--yes", summary: "do not ask" },
    VIA_OPTION,
  ],
  examples: [
    { command: "keyward vault rm SLACK_BOT_TOKEN", does: "asks, then removes it" },
    { command: "keyward vault rm SLACK_BOT_TOKEN --yes", does: "for a script" },
    { command: "keyward vault rm SLACK_BOT_TOKEN --force", does: "also when a connection refers to it" },
  ],
  run: async (args, context) => {
    const { ask, out, call, profile } = context;
    const name = checkSecretName(args.name);
    const scope = args.scope === undefined ? null : checkScope(args.scope);
    const force = args.force === true;
    if (isAtHub(args)) {
      const secret = await findSecretAtHub(name, scope, context);
      await ask.confirm(`Remove ${name} at the hub, for everybody?`, args.yes === true || force);
      await removeSecretAtHub(secret, force, context);
      out.line(`removed ${name} at the hub (${secret.scope}); for 30 days the hub's API brings it back (${secret.id}:undelete)`);
      return out.object({ ...hubSecretObject(secret), removed: true });
    }
    // What is refused anyway is not asked about.
    await call("vault.remove", { profile, name, scope, force, dryRun: true });
    await ask.confirm(`Remove ${name} with all its versions?`, args.yes === true || force);
    const { secret } = await call("vault.remove", { profile, name, scope, force, dryRun: false });
    out.line(`removed ${secret.name} (${secret.scope}, ${secret.versions} ${secret.versions === 1 ? "version" : "versions"})`);
    out.object({ name: secret.name, scope: secret.scope, versions: secret.versions, removed: true });
  },
});
