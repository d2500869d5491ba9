// A login without a key: the connection refers to a secret of the vault by its name. In: --secret flags. Out: the stored connection.
// The secret is neither read here nor asked for.
import type { ConnectionParams, StoredConnection } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { SECRET_NAME_PATTERN } from "../../core/vault/words.ts";
import type { Context } from "../context.ts";
import { prepareSecrets } from "../vault/with-variables.ts";
import { HOST_FIELD } from "./typed-fields.ts";

export interface LinkLogin {
  readonly target: ConnectionParams;
  /** `NAME`, or `field=NAME` each. */
  readonly secrets: readonly string[];
  readonly host: string | null;
  readonly force: boolean;
}

export async function loginWithSecret({ target, secrets, host, force }: LinkLogin, context: Context): Promise<StoredConnection> {
  const named = parseSecretFlags(secrets);
  await prepareSecrets(Object.values(named), context);
  const fields = host === null ? {} : { [HOST_FIELD]: host };
  return context.call("connection.link", { ...target, secrets: named, fields, force });
}

/** Field → name of a secret; "" = the provider's only one. @throws KEY_IN_ARGV for what cannot be a name */
export function parseSecretFlags(flags: readonly string[]): Readonly<Record<string, string>> {
  const entries = flags.map((flag) => {
    const equals = flag.indexOf("=");
    const [field, name] = equals < 0 ? ["", flag] : [flag.slice(0, equals), flag.slice(equals + 1)];
    if (SECRET_NAME_PATTERN.test(name) && field.length <= 64) return [field, name] as const;
    throw new KeywardError("KEY_IN_ARGV", "--secret takes the name of a secret that is in the vault, never a key itself", {
      hint: "keyward vault put NAME --stdin, then --secret NAME",
    });
  });
  if (new Set(entries.map(([field]) => field)).size < entries.length)
    throw new KeywardError("USAGE", "a field of --secret is given twice", { hint: "--secret FIELD=NAME for each" });
  return Object.fromEntries(entries);
}
