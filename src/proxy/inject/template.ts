// Templates of the definitions: `Bearer {key}` rendered with what the child was given, or with the credential itself.
// In: a template and values by field. Out: text. A field without a value is an error, never an empty credential.
import type { Connection } from "../../core/connection.ts";
import { KeywardError } from "../../core/errors.ts";
import type { SecretFields } from "../../core/secret.ts";
import type { GivenFields } from "./kind.ts";

const FIELD = /\{([a-z][a-z0-9_]*)\}/g;

interface Given {
  readonly connection: Connection | null;
  readonly fields: GivenFields;
}

const givenByPlaceholders = new WeakMap<object, Given>();

/** The texts the child was given: placeholders, and public fields as they are. The same object as long as both are. */
export function givenTo(placeholders: Readonly<Record<string, string>>, connection: Connection | null): GivenFields {
  const known = givenByPlaceholders.get(placeholders);
  if (known !== undefined && known.connection === connection) return known.fields;
  const fields = { ...connection?.publicFields, ...placeholders };
  givenByPlaceholders.set(placeholders, { connection, fields });
  return fields;
}

/** Every request asks for the same few texts. */
const renderedByGiven = new WeakMap<GivenFields, Map<string, string | null>>();

/** With the texts the child was given; null when one is missing. */
export function renderGiven(template: string, given: GivenFields): string | null {
  const texts = renderedByGiven.get(given) ?? new Map<string, string | null>();
  if (texts.size === 0) renderedByGiven.set(given, texts);
  const known = texts.get(template);
  if (known !== undefined) return known;
  const text = renderAnew(template, given);
  texts.set(template, text);
  return text;
}

function renderAnew(template: string, given: GivenFields): string | null {
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
  const parts = partsOf(template);
  let text = "";
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] as string;
    if (at % 2 === 0) text += part;
    else {
      const field = fields[part];
      if (field === undefined || field.length === 0) {
        throw new KeywardError("CREDENTIAL_UNUSABLE", `the stored credential has no '${part}'`, { detail: { field: part } });
      }
      text += field.reveal();
    }
  }
  return text;
}

/** Those of the definitions: some hundreds. */
const partsByTemplate = new Map<string, readonly string[]>();

/** Fixed text and names of fields in turn, beginning and ending with text. */
function partsOf(template: string): readonly string[] {
  const known = partsByTemplate.get(template);
  if (known !== undefined) return known;
  const parts = template.split(FIELD);
  partsByTemplate.set(template, parts);
  return parts;
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
