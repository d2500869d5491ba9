// The provider definitions as the daemon holds them: loaded once, loaded again when a file of the custom directory changed.
// In: the two directories, and what hubs share with open profiles. Out: the catalogue. The hot path asks `current`; methods call `refresh`
// first, so that a file edited by hand counts with the next command. What a hub shares stands behind everything that is here.
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
  #own: Catalogue;
  #catalogue: Catalogue;
  #signature: string;
  /** Profile → what its hub shares. */
  readonly #shared = new Map<string, readonly Provider[]>();

  constructor(paths: Paths) {
    this.customDirectory = paths.providers;
    this.#signature = signatureOf(paths.providers);
    this.#own = this.#load();
    this.#catalogue = this.#own;
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
    this.#own = this.#load();
    this.#combine();
  }

  /** What the hub of a profile shares; nothing, when it is none any more. */
  share(profile: string, providers: readonly Provider[]): void {
    if (providers.length === 0 && !this.#shared.has(profile)) return;
    if (providers.length === 0) this.#shared.delete(profile);
    else this.#shared.set(profile, providers);
    this.#combine();
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

  #combine(): void {
    this.#catalogue = behind(this.#own, [...this.#shared.values()].flat());
    this.revision++;
  }

  #load(): Catalogue {
    return loadProviders({ bundledDirectory: bundledProvidersDirectory(), customDirectory: this.customDirectory });
  }
}

function behind(own: Catalogue, shared: readonly Provider[]): Catalogue {
  const known = new Set(own.ids());
  const more = new Map(shared.filter(({ id }) => !known.has(id)).map((provider) => [provider.id, provider]));
  if (more.size === 0) return own;
  const ids = [...known, ...more.keys()].sort();
  const get = (id: string): Provider | null => own.get(id) ?? more.get(id) ?? null;
  return {
    get,
    ids: () => ids,
    list: () => ids.map(get).filter((provider) => provider !== null),
    get broken() {
      return own.broken;
    },
    isCustom: (id) => own.isCustom(id),
  };
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
