// `keyward vault list`: names of secrets and where their values are, never a value.
import { checkScope } from "../../../core/vault/words.ts";
import { define } from "../../define.ts";
import { SECRET_HEAD, secretObject, secretRow } from "../../vault/show-secrets.ts";

export const vaultList = define<{ scope?: string }>({
  name: "vault list",
  summary: "show names of secrets and where they are kept",
  details: "SOURCE says where the value is: profile (the encrypted store), os-keychain, env, file, command, 1password, vault or pass.",
  options: [{ flags: "--scope <scope>", summary: "only this scope: user, workspace or tenant" }],
  examples: [
    { command: "keyward vault list", does: "every secret by name" },
    { command: "keyward vault list --scope user --json", does: "one's own, for a script" },
  ],
  run: async (args, { out, call, profile, world }) => {
    const scope = args.scope === undefined ? null : checkScope(args.scope);
    const { secrets } = await call("vault.list", { profile, scope });
    out.object({ secrets: secrets.map(secretObject) });
    if (secrets.length === 0) return out.line("no secrets yet; next: keyward vault put NAME");
    const nowMs = world.nowMs();
    out.table(
      SECRET_HEAD,
      secrets.map((secret) => secretRow(secret, nowMs)),
    );
  },
});
