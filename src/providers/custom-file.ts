// What a definition becomes when a user adds it: `<id>.json` in the custom directory, marked as the user's choice for its id.
// In: the text that was added. Out: the text to store. The mark lets it go before a bundled definition of the same id, also
// one that a later version brings along; `provider add` itself refuses a taken id without --force before it comes here.
import { join } from "node:path";
import type { Provider } from "./schema.ts";

/** @param text a definition that parseProvider accepted */
export function customFileText(text: string): string {
  const { $schema, ...rest } = JSON.parse(text.replace(/^\ufeff/, "")) as Record<string, unknown>;
  const head = $schema === undefined ? {} : { $schema };
  return `${JSON.stringify({ ...head, ...rest, shadowsBundled: true }, null, 2)}\n`;
}

export function customFilePath(customDirectory: string, provider: Pick<Provider, "id">): string {
  return join(customDirectory, `${provider.id}.json`);
}
