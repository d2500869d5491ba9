// The provider definitions as the daemon holds them: loaded once, loaded again when a file of the custom directory changed.
// In: the two directories. Out: the catalogue. The hot path asks `current`; methods call `refresh` first, so that a file edited
// by hand counts with the next command.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Paths } from "../../config/paths.ts";
import { bundledProvidersDirectory, type Catalogue, loadProviders } from "../../providers/catalogue.ts";
import type { Provider } from "../../providers/schema.ts";
import { suggestByName, suggestIds } from "../../providers/suggest.ts";
import { unknownProvider } from "./unknown-provider.ts";

export class Definitions {
  readonly customDirectory: string;
  /** Grows with every reload. */
  revision = 0;
  #catalogue: Catalogue;
  #signature: string;

  constructor(paths: Paths) {
    this.customDirectory = paths.providers;
    this.#signature = signatureOf(paths.providers);
    this.#catalogue = this.#load();
  }

  current(): Catalogue {
    return this.#catalogue;
  }

  refresh(): Catalogue {
    const signature = signatureOf(this.customDirectory);
    if (signature !== this.#signature) this.reload();
    return this.#catalogue;
  }

  reload(): void {
    this.#signature = signatureOf(this.customDirectory);
    this.#catalogue = this.#load();
    this.revision++;
  }

  /** @throws PROVIDER_UNKNOWN with what was probably meant */
  require(id: string): Provider {
    const provider = this.refresh().get(id);
    if (provider === null) throw unknownProvider(id, this.suggest(id));
    return provider;
  }

  suggest(id: string): string[] {
    const near = suggestIds(id, this.#catalogue.ids());
    return near.length > 0 ? near : suggestByName(id, this.#catalogue.list());
  }

  #load(): Catalogue {
    return loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: this.customDirectory });
  }
}

/** Names, sizes and times of change; an unreadable directory is like an empty one, the loader says why. */
function signatureOf(directory: string): string {
  try {
    return readdirSync(directory)
      .sort()
      .map((name) => {
        const stat = statSync(join(directory, name), { throwIfNoEntry: false });
        return `${name}:${stat?.mtimeMs}:${stat?.size}:${stat?.ino}`;
      })
      .join("\n");
  } catch {
    return "";
  }
}
