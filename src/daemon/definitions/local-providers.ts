// Model servers that run on the user's own machine. They need no credential and nothing of theirs goes through the proxy, so they are
// no definitions: rows of the catalogue of credentials and no more.
import type { CatalogueRow } from "../../control/api/creds.ts";

const NEEDS_NOTHING = { kind: "local", requiredKeys: [], cloud: false, keysUrl: null, connections: [] } as const;

export const LOCAL_PROVIDERS: readonly CatalogueRow[] = [
  local("ollama", "Ollama", { optional: "OLLAMA_HOST", docsUrl: "https://docs.ollama.com" }),
  local("lmstudio", "LM Studio", { optional: "LM_API_TOKEN", docsUrl: "https://lmstudio.ai/docs" }),
];

function local(id: string, name: string, { optional, docsUrl }: { readonly optional: string; readonly docsUrl: string }): CatalogueRow {
  const key = { name: optional, names: [optional], field: "setting", optional: true, pattern: null, secret: null };
  return { id, name, ...NEEDS_NOTHING, optionalKeys: [optional], docsUrl, keys: [key] };
}
