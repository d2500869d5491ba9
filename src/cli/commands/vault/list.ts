// `keyward vault list`: names of secrets and where their values are, never a value.
import { checkScope } from "../../../core/vault/words.ts";
import { type HubSecret, hubSecretObject, isAtHub, listSecretsAtHub, type Via, VIA_OPTION } from "../../at-hub/hub-vault.ts";
import type { Context } from "../../context.ts";
import { define } from "../../define.ts";
import { relativeTime } from "../../text/times.ts";
import { SECRET_HEAD, secretObject, secretRow } from "../../vault/show-secrets.ts";

export const vaultList = define<{ scope?: string } & Via>({
  name: "vault list",
  summary: "show names of secrets and where they are kept",
  details:
    "SOURCE says where the value is: profile (the encrypted store), os-keychain, env, file, command, 1password, vault, pass, or hub for what the team shares.",
  options: [{ flags: "--scope <scope>", summary: "only this scope: user, workspace or tenant" }, VIA_OPTION],
  examples: [
    { command: "keyward vault list", does: "every secret by name" },
    { command: "keyward vault list --scope user --json", does: "one's own, for a script" },
  ],
  run: async (args, context) => {
    const { out, call, profile, world } = context;
    const scope = args.scope === undefined ? null : checkScope(args.scope);
    if (isAtHub(args)) return showAtHub(await listSecretsAtHub(scope, context), context);
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

function showAtHub(secrets: readonly HubSecret[], { out, world }: Context): void {
  out.object({ secrets: secrets.map(hubSecretObject) });
  if (secrets.length === 0) return out.line("no secrets at the hub yet; next: keyward vault put NAME --via hub");
  const nowMs = world.nowMs();
  out.table(
    ["NAME", "SCOPE", "SOURCE", "VERSION", "CHANGED"],
    secrets.map(({ name, scope, current_version: version, updated_at: updatedAt }) => {
      return [name, scope, "hub", String(version), relativeTime(updatedAt * 1_000, nowMs)];
    }),
  );
}
