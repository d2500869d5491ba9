// All provider definitions: the bundled ones and the user's own, each file read once.
// In: the two directories. Out: a Catalogue. A custom file that is broken, unreadable or misnamed is listed as such and never
// keeps another from loading; it takes the place of a bundled definition only if it says so (see custom-file.ts).
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemCode } from "../core/errors.ts";
import { parseProvider } from "./parse-provider.ts";
import type { Provider } from "./schema.ts";

export interface BrokenDefinition {
  readonly path: string;
  /** `path:line: json.path: what` */
  readonly problems: readonly string[];
}

export interface Catalogue {
  get(id: string): Provider | null;
  /** By id. */
  list(): readonly Provider[];
  readonly broken: readonly BrokenDefinition[];
  isCustom(id: string): boolean;
}

export interface ProviderDirectories {
  readonly bundledDirectory: string;
  readonly customDirectory: string;
}

/** More than ten times the largest bundled one. */
const MAX_BYTES = 256 * 1024;
/** Beside the definitions, for editors. */
const SCHEMA_FILE = "schema.json";

interface Definition {
  readonly provider: Provider;
  readonly isCustom: boolean;
}

export function loadProviders({ bundledDirectory, customDirectory }: ProviderDirectories): Catalogue {
  const definitions = new Map<string, Definition>();
  const broken: BrokenDefinition[] = [];
  for (const [directory, isCustom] of [
    [bundledDirectory, false],
    [customDirectory, true],
  ] as const) {
    for (const path of definitionFiles(directory, { isCustom, broken })) {
      const loaded = loadDefinition(path);
      const problems =
        loaded.provider === null ? loaded.problems : shadowProblems(path, loaded.provider, isCustom && definitions.has(loaded.provider.id));
      if (loaded.provider === null || problems.length > 0) broken.push({ path, problems });
      else definitions.set(loaded.provider.id, { provider: loaded.provider, isCustom });
    }
  }
  const providers = [...definitions.values()].map(({ provider }) => provider).sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    get: (id) => definitions.get(id)?.provider ?? null,
    list: () => providers,
    broken,
    isCustom: (id) => definitions.get(id)?.isCustom === true,
  };
}

/** The package's own `providers/`, one level above both src/ and dist/. */
export function bundledProvidersDirectory(): string {
  return fileURLToPath(new URL("../../providers/", import.meta.url));
}

function definitionFiles(directory: string, context: { readonly isCustom: boolean; readonly broken: BrokenDefinition[] }): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json") && !name.startsWith(".") && name !== SCHEMA_FILE)
      .sort()
      .map((name) => join(directory, name));
  } catch (error) {
    const isAbsent = context.isCustom && systemCode(error) === "ENOENT";
    if (!isAbsent)
      context.broken.push({ path: directory, problems: [`${directory}: cannot be read (${systemCode(error) ?? "unknown reason"})`] });
    return [];
  }
}

function loadDefinition(path: string): { readonly provider: Provider | null; readonly problems: readonly string[] } {
  const text = readText(path);
  if (typeof text !== "string") return { provider: null, problems: [`${path}: ${text.fault}`] };
  const parsed = parseProvider(text, path);
  if (parsed.provider === null || `${parsed.provider.id}.json` === basename(path)) return parsed;
  return { provider: null, problems: [`${path}: id: the file must be named ${parsed.provider.id}.json`] };
}

function readText(path: string): string | { readonly fault: string } {
  try {
    // Checked before opening: a pipe would never end, a device might.
    const stat = statSync(path);
    if (!stat.isFile()) return { fault: "is not a file" };
    if (stat.size > MAX_BYTES) return { fault: `is larger than ${MAX_BYTES / 1024} KiB` };
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return { fault: "is not UTF-8 text" };
    return { fault: `cannot be read (${systemCode(error) ?? "unknown reason"})` };
  }
}

function shadowProblems(path: string, provider: Provider, isShadow: boolean): string[] {
  if (!isShadow || provider.shadowsBundled) return [];
  return [
    `${path}: id: keyward has a definition of '${provider.id}' already; to go before it, add this one with: keyward provider add --force FILE`,
  ];
}
