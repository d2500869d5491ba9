// A definition's fields as the command line and the form show them.
import type { FieldInfo } from "../../control/protocol.ts";
import type { Provider } from "../../providers/schema.ts";

export function describeFields(provider: Provider): FieldInfo[] {
  return provider.fields.map(({ name, label, secret, env, hint }) => ({ name, label, secret, env, hint: hint ?? null }));
}

/** Every environment name a provider declares. */
export function environmentNames(provider: Provider): string[] {
  return provider.fields.flatMap((field) => field.env);
}
