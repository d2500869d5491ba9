// A definition's fields as the command line and the form show them.
import type { ComputedLogin } from "../../control/authorize.ts";
import type { FieldInfo } from "../../control/protocol.ts";
import { COMPUTED_KINDS } from "../../oauth/computed/kinds.ts";
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
  return [...hostField(provider), ...fields];
}

function hostField(provider: Provider): FieldInfo[] {
  if (!needsHost(provider)) return [];
  const { label = "Host", example = "" } = provider.tenant ?? {};
  return [{ name: HOST_FIELD, label, secret: false, optional: false, env: [], hint: `for example ${example}` }];
}

/** What the credentials that keyward computes are made from. */
export function describeComputed(provider: Provider): ComputedLogin[] {
  return (provider.computed ?? []).map(({ flow, howTo, pageUrl }) => {
    const { inputs, fileInput } = COMPUTED_KINDS[flow];
    const fields = inputs.map((input) => ({ ...input, env: [] }));
    return { flow, fields: [...hostField(provider), ...fields], fileField: fileInput, howTo, pageUrl: pageUrl ?? null };
  });
}

/** Every environment name a provider declares. */
export function environmentNames(provider: Provider): string[] {
  return provider.fields.flatMap((field) => field.env);
}
