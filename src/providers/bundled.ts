// The bundled definitions, each read when it is first asked for: a daemon with three connections does not parse four hundred files.
// In: the package's providers/. Out: definitions by id. The linter has judged them before they were shipped (a test does), so only
// the schema is applied here, which also fills in its defaults.
import { join } from "node:path";
import { systemCode } from "../core/errors.ts";
import { definitionNames, readDefinitionFile } from "./definition-file.ts";
import { type Provider, providerSchema } from "./schema.ts";

export class BundledDefinitions {
  readonly ids: ReadonlySet<string>;
  /** What could not be read so far, by path: a damaged installation. */
  readonly faults = new Map<string, string>();
  readonly #directory: string;
  readonly #read = new Map<string, Provider | null>();

  constructor(directory: string) {
    this.#directory = directory;
    this.ids = new Set(this.#names().map((name) => name.slice(0, -".json".length)));
  }

  get(id: string): Provider | null {
    if (!this.ids.has(id)) return null;
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const provider = this.#parse(id);
    this.#read.set(id, provider);
    return provider;
  }

  #names(): string[] {
    try {
      return definitionNames(this.#directory);
    } catch (error) {
      this.faults.set(this.#directory, `cannot be read (${systemCode(error) ?? "unknown reason"})`);
      return [];
    }
  }

  #parse(id: string): Provider | null {
    const path = join(this.#directory, `${id}.json`);
    const text = readDefinitionFile(path);
    const provider = typeof text === "string" ? parse(text) : null;
    if (provider?.id === id) return provider;
    this.faults.set(path, typeof text === "string" ? "is not the definition that was shipped; install keyward again" : text.fault);
    return null;
  }
}

function parse(text: string): Provider | null {
  try {
    return providerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
