// All provider definitions: the bundled ones and the user's own.
// In: the two directories. Out: a Catalogue. A custom file that is broken, unreadable or misnamed is listed as such and never
// keeps another from loading; it takes the place of a bundled definition only if it says so (see custom-file.ts).
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemCode } from "../core/errors.ts";
import { BundledDefinitions } from "./bundled.ts";
import { definitionNames, readDefinitionFile } from "./definition-file.ts";
import { parseProvider } from "./parse-provider.ts";
import type { Provider } from "./schema.ts";

export interface BrokenDefinition {
  readonly path: string;
  /** `path:line: json.path: what` */
  readonly problems: readonly string[];
}

export interface Catalogue {
  get(id: string): Provider | null;
  /** Of every definition, read or not. */
  ids(): readonly string[];
  /** By id; reads every file. */
  list(): readonly Provider[];
  /** Reads every file. */
  readonly broken: readonly BrokenDefinition[];
  isCustom(id: string): boolean;
}

export interface ProviderDirectories {
  readonly bundledDirectory: string;
  readonly customDirectory: string;
}

export function loadProviders({ bundledDirectory, customDirectory }: ProviderDirectories): Catalogue {
  const bundled = new BundledDefinitions(bundledDirectory);
  const { custom, broken } = loadCustom(customDirectory, bundled.ids);
  const get = (id: string): Provider | null => custom.get(id) ?? bundled.get(id);
  const ids = [...new Set([...bundled.ids, ...custom.keys()])].sort();
  const list = (): Provider[] => ids.map(get).filter((provider) => provider !== null);
  return {
    get,
    ids: () => ids,
    list,
    get broken() {
      list();
      return [...[...bundled.faults].map(([path, fault]) => ({ path, problems: [`${path}: ${fault}`] })), ...broken];
    },
    isCustom: (id) => custom.has(id),
  };
}

/** The package's own `providers/`, one level above both src/ and dist/. */
export function bundledProvidersDirectory(): string {
  return fileURLToPath(new URL("../../providers/", import.meta.url));
}

function loadCustom(directory: string, bundled: ReadonlySet<string>): { custom: Map<string, Provider>; broken: BrokenDefinition[] } {
  const custom = new Map<string, Provider>();
  const broken: BrokenDefinition[] = [];
  for (const path of customFiles(directory, broken)) {
    const { provider, problems } = loadDefinition(path, bundled);
    if (provider === null) broken.push({ path, problems });
    else custom.set(provider.id, provider);
  }
  return { custom, broken };
}

function customFiles(directory: string, broken: BrokenDefinition[]): string[] {
  try {
    return definitionNames(directory).map((name) => join(directory, name));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    broken.push({ path: directory, problems: [`${directory}: cannot be read (${systemCode(error) ?? "unknown reason"})`] });
    return [];
  }
}

function loadDefinition(path: string, bundled: ReadonlySet<string>): { provider: Provider | null; problems: readonly string[] } {
  const text = readDefinitionFile(path);
  if (typeof text !== "string") return { provider: null, problems: [`${path}: ${text.fault}`] };
  const { provider, problems } = parseProvider(text, path);
  if (provider === null) return { provider, problems };
  const fault = misplaced(path, provider, bundled);
  return fault === null ? { provider, problems } : { provider: null, problems: [`${path}: id: ${fault}`] };
}

function misplaced(path: string, provider: Provider, bundled: ReadonlySet<string>): string | null {
  if (`${provider.id}.json` !== basename(path)) return `the file must be named ${provider.id}.json`;
  if (!bundled.has(provider.id) || provider.shadowsBundled) return null;
  return `keyward has a definition of '${provider.id}' already; to go before it, add this one with: keyward provider add --force FILE`;
}
