// A definition's fields as the command line and the form show them.
import type { FieldInfo } from "../../control/protocol.ts";
import type { Provider } from "../../providers/schema.ts";
import { HOST_FIELD, needsHost } from "../../providers/login/tenant.ts";

/** The host of {tenant} is asked for like a field, and first. */
export function describeFields(provider: Provider): FieldInfo[] {
  const fields = provider.fields.map(({ name, label, secret, optional, env, hint }) => ({
    name,
    label,
    secret,
    optional,
    env,
    hint: hint ?? null,
  }));
  if (!needsHost(provider)) return fields;
  const { label = "Host", example = "" } = provider.tenant ?? {};
  return [{ name: HOST_FIELD, label, secret: false, optional: false, env: [], hint: `for example ${example}` }, ...fields];
}

/** Every environment name a provider declares. */
export function environmentNames(provider: Provider): string[] {
  return provider.fields.flatMap((field) => field.env);
}
