// A shared secret as the fields of a provider: the value itself for one field, a JSON object with their names for several.
// In: the fields a definition declares and the secret's text. Out: field → text, or null when one is missing. Unknown names are left out.

export interface DeclaredField {
  readonly name: string;
  readonly optional?: boolean | undefined;
}

export function readFields(declared: readonly DeclaredField[], value: string): Readonly<Record<string, string>> | null {
  const [only] = declared;
  if (declared.length === 1 && only !== undefined) return { [only.name]: value };
  try {
    const given = JSON.parse(value) as Readonly<Record<string, unknown>> | null;
    const texts: Record<string, string> = {};
    for (const { name, optional } of declared) {
      const text = given?.[name];
      if (typeof text === "string") texts[name] = text;
      else if (optional !== true) return null;
    }
    return texts;
  } catch {
    return null;
  }
}
