// What a tool calls a provider → one spelling, the variables that hold its key, and the id keyward's own definitions have for it.
// In: any name. Out: names. It looks whether a definition file is there and reads none.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PROVIDER_ID_PATTERN } from "../../core/names.ts";

const SAME: Readonly<Record<string, string>> = { claude: "anthropic", codex: "openai" };
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["ANTHROPIC_API_KEY", "CLAUDE_API_KEY"],
  openai: ["OPENAI_API_KEY", "CODEX_API_KEY"],
};

/** What tools that speak to models call by another name than keyward's definitions. null: a key of theirs is none of ours. */
const MODEL_PROVIDERS: Readonly<Record<string, string | null>> = {
  google: "google-gemini",
  gemini: "google-gemini",
  "google-generative-ai": "google-gemini",
  moonshotai: "moonshot",
  "fireworks-ai": "fireworks",
  togetherai: "together",
  "together-ai": "together",
  "z-ai": "zai",
  opencode: "opencode-zen",
  vercel: "vercel-ai-gateway",
  dashscope: "alibaba-dashscope",
  alibaba: "alibaba-dashscope",
  nvidia: "nvidia-nim",
  azure: null,
  github: null,
  gitlab: null,
};

const DEFINITIONS = fileURLToPath(new URL("../../../providers/", import.meta.url));

/** Lower case, `_ . /` and spaces as `-`; of `claude` and `codex` whose they are. */
export function canonicalName(name: string): string {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/--|[_ ./]/g, "-")
    .replace(/^-+|-+$/g, "");
  return Object.hasOwn(SAME, plain) ? (SAME[plain] ?? plain) : plain;
}

/** The variables of a canonical name. */
export function variablesOf(provider: string): readonly string[] {
  const known = Object.hasOwn(VARIABLES, provider) ? VARIABLES[provider] : undefined;
  return known ?? [`${provider.toUpperCase().replaceAll("-", "_")}_API_KEY`];
}

/** `OPENAI_API_KEY` → `openai`; null when the name does not end so. */
export function providerOfVariable(name: string): string | null {
  const stem = /^([A-Z0-9_-]+)_API_KEY$/i.exec(name.trim())?.[1];
  const provider = stem === undefined ? "" : canonicalName(stem);
  return provider === "" ? null : provider;
}

export function definitionOf(provider: string, speaksOfModels: boolean): string | null {
  const id = speaksOfModels && Object.hasOwn(MODEL_PROVIDERS, provider) ? MODEL_PROVIDERS[provider] : provider;
  if (id === null || id === undefined || !PROVIDER_ID_PATTERN.test(id) || id === "schema") return null;
  return existsSync(`${DEFINITIONS}${id}.json`) ? id : null;
}
