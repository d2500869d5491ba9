// Definitions of providers that a hub shares, held to the same rules as a file of the user's own.
// In: JSON by id, as the hub sent it. Out: definitions that hold. One that does not is left out; one of a name that is bundled or the user's
// own never takes its place (see Definitions.share).
import { parseProvider } from "../../../providers/parse-provider.ts";
import type { Provider } from "../../../providers/schema.ts";
import type { SyncedDefinition } from "./sync-answer.ts";

const MAX_BYTES = 65_536;

export function takeDefinitions(shared: Readonly<Record<string, SyncedDefinition["definition"]>>): Provider[] {
  return Object.entries(shared).flatMap(([id, definition]) => {
    const text = JSON.stringify(definition);
    if (text.length > MAX_BYTES) return [];
    const { provider } = parseProvider(text, `${id} of the hub`);
    return provider !== null && provider.id === id ? [provider] : [];
  });
}
