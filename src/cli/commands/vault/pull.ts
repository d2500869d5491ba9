// `keyward vault pull`: copies the value of a secret that is kept elsewhere into the profile, as its newest version.
import { checkScope, checkSecretName } from "../../../core/vault/words.ts";
import { define } from "../../define.ts";
import { secretObject } from "../../vault/show-secrets.ts";
import { callWithVariables } from "../../vault/with-variables.ts";

export const vaultPull = define<{ name: string; scope?: string }>({
  name: "vault pull",
  summary: "copy a secret that is kept elsewhere into the profile",
  details: "From then on the profile's copy is used; the reference stays as the version before it.",
  args: [{ name: "<name>", summary: "name of the secret" }],
  options: [{ flags: "--scope <scope>", summary: "user, workspace or tenant (default: the nearest that has it)" }],
  examples: [
    { command: "keyward vault pull OPENAI_TEAM", does: "take the value over, to work offline" },
    { command: "keyward vault pull OPENAI_TEAM --scope user", does: "one's own" },
  ],
  run: async (args, context) => {
    const scope = args.scope === undefined ? null : checkScope(args.scope);
    const params = { profile: context.profile, name: checkSecretName(args.name), scope };
    const { secret } = await callWithVariables("vault.pull", params, context);
    context.out.line(`copied ${secret.name} into the profile (${secret.scope}, version ${secret.version})`);
    context.out.object(secretObject(secret));
  },
});
