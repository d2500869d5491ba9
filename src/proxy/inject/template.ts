// Templates of the definitions: `Bearer {key}` rendered with what the child was given, or with the credential itself.
// In: a template and values by field. Out: text. A field without a value is an error, never an empty credential.
import { KeywardError } from "../../core/errors.ts";
import type { SecretFields } from "../../core/secret.ts";

const FIELD = /\{([a-z][a-z0-9_]*)\}/g;

/** With the texts the child was given; null when one is missing. */
export function renderGiven(template: string, given: Readonly<Record<string, string>>): string | null {
  let isComplete = true;
  const text = template.replace(FIELD, (_, name: string) => {
    const value = given[name];
    if (value === undefined) isComplete = false;
    return value ?? "";
  });
  return isComplete ? text : null;
}

/** With the credential: the one place where a header, query or Basic half gets its real bytes. @throws CREDENTIAL_UNUSABLE */
export function renderCredential(template: string, fields: SecretFields): string {
  return template.replace(FIELD, (_, name: string) => {
    const field = fields[name];
    if (field === undefined || field.length === 0) {
      throw new KeywardError("CREDENTIAL_UNUSABLE", `the stored credential has no '${name}'`, { detail: { field: name } });
    }
    return field.reveal();
  });
}

/** The fixed text before the first field: `Bearer `. */
export function templatePrefix(template: string): string {
  return template.slice(0, Math.max(0, template.indexOf("{")));
}

/** The fixed text after the last field. */
export function templateSuffix(template: string): string {
  return template.slice(template.lastIndexOf("}") + 1);
}

/** As renderCredential; null when the credential has no value for one of the fields. */
export function renderOptional(template: string | undefined, fields: SecretFields): string | null {
  if (template === undefined) return null;
  const names = [...template.matchAll(FIELD)].map(([, name]) => name ?? "");
  return names.every((name) => (fields[name]?.length ?? 0) > 0) ? renderCredential(template, fields) : null;
}
