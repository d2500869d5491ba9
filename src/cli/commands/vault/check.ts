// `keyward vault check`: can every secret be had? All that cannot are named at once.
import type { SecretCheck } from "../../../control/api/vault.ts";
import { checkSecretName } from "../../../core/vault/words.ts";
import { define } from "../../define.ts";
import type { Style } from "../../text/colour.ts";
import { secretObject } from "../../vault/show-secrets.ts";
import { prepareSecrets } from "../../vault/with-variables.ts";

const STYLES: Readonly<Record<SecretCheck["state"], Style>> = { ok: "good", missing: "bad", unreachable: "warn" };
const MISSING_STATUS = 7;
const UNREACHABLE_STATUS = 6;

export const vaultCheck = define<{ names: readonly string[] }>({
  name: "vault check",
  summary: "find out which secrets can be had",
  details: "Exit status 7 when one is missing, 6 when one cannot be reached now.",
  args: [{ name: "[names...]", summary: "names of secrets (default: all)" }],
  examples: [
    { command: "keyward vault check", does: "every secret" },
    { command: "keyward vault check OPENAI_TEAM --json", does: "one, for a script" },
  ],
  run: async (args, context) => {
    const { out, call, profile } = context;
    const names = args.names.length === 0 ? null : args.names.map(checkSecretName);
    await prepareSecrets(names, context);
    const { secrets } = await call("vault.check", { profile, names });
    const absent = (names ?? []).filter((name) => !secrets.some((secret) => secret.name === name));
    out.object({ secrets: secrets.map((secret) => ({ ...secretObject(secret), state: secret.state, reason: secret.reason })), absent });
    out.table(
      ["NAME", "SCOPE", "SOURCE", "STATE", "WHY"],
      [
        ...secrets.map(({ name, scope, source, state, reason }) => [
          name,
          scope,
          source,
          { text: state, style: STYLES[state] },
          reason ?? "",
        ]),
        ...absent.map((name) => [name, "-", "-", { text: "missing", style: STYLES.missing }, "it is not in the vault"]),
      ],
    );
    const states = new Set(secrets.map(({ state }) => state));
    if (absent.length > 0 || states.has("missing")) return MISSING_STATUS;
    return states.has("unreachable") ? UNREACHABLE_STATUS : 0;
  },
});
