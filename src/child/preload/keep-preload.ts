// Keeps the preload where NODE_OPTIONS of a run names it for as long as the run's child lives: without the file every Node process below
// fails to start. In: the run's environment. Out: a way to stop. Touches nothing but that one file and its directory.
import { type FSWatcher, readFileSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "../write-once.ts";

/** Where changes cannot be watched (no descriptors left, some network file systems), and for a watch that went with its directory. */
const LOOK_AGAIN_MS = 1_000;

/** The preload of this run among what NODE_OPTIONS has, as environment.ts put it there; null = it has none. */
export function preloadIn(env: Readonly<Record<string, string>>): string | null {
  // The user's own options stay in front, another home's preload among them.
  const path = [...(env["NODE_OPTIONS"] ?? "").matchAll(/--require[= ]"((?:[^"\\]|\\.)*preload-[0-9a-f]{16}\.cjs)"/g)].at(-1)?.[1];
  return path === undefined ? null : path.replace(/\\(.)/g, "$1");
}

/** Call it while the file is there; the content is kept in memory, so an update of keyward does not change what a living run uses. */
export function keepPreload(env: Readonly<Record<string, string>>): () => void {
  const path = preloadIn(env);
  const content = path === null ? null : read(path);
  if (path === null || content === null) return () => undefined;
  return new Keeper(path, content).stop;
}

class Keeper {
  readonly #path: string;
  readonly #content: Buffer;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;

  constructor(path: string, content: Buffer) {
    this.#path = path;
    this.#content = content;
    this.#watch();
    this.#timer = setInterval(() => this.#look(), LOOK_AGAIN_MS);
    this.#timer.unref();
  }

  readonly stop = (): void => {
    clearInterval(this.#timer);
    this.#watcher?.close();
    this.#watcher = null;
  };

  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, () => this.#look());
      this.#watcher.on("error", () => this.#forgetWatch());
    } catch {
      this.#forgetWatch();
    }
  }

  #forgetWatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #look(): void {
    if (statSync(this.#path, { throwIfNoEntry: false })?.size === this.#content.length) return;
    try {
      // A busy disk takes longer to confirm it than a Node process to start; should power fail, the run is over anyway.
      replaceFile(this.#path, this.#content, { waitsForDisk: false });
    } catch {
      // No space, no permission: the next look tries again.
    }
    // The directory may be a new one now, which the old watch does not see.
    this.#forgetWatch();
    this.#watch();
  }
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
