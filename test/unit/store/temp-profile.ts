// A profiles directory of one test, and the few things every store test does with it.
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/core/clock.ts";
import { Secret } from "../../../src/core/secret.ts";
import { createProfile } from "../../../src/store/create-profile.ts";
import { type ProfileFiles, profileFiles } from "../../../src/store/profile-files.ts";
import type { NewConnection, ProfileStore } from "../../../src/store/profile-store.ts";

export const NAME = "work";

/** Removed when the test ends. */
export function tempDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-store-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface TempProfile {
  readonly directory: string;
  readonly name: string;
  readonly files: ProfileFiles;
  readonly key: Buffer;
  readonly store: ProfileStore;
}

/** A new profile, open; without a descriptor, as its key is not in custody. */
export function tempProfile(clock?: Clock): TempProfile {
  const directory = tempDirectory();
  const key = randomBytes(32);
  const store = createProfile({ directory, name: NAME, key, ...(clock === undefined ? {} : { clock }) });
  onTestFinished(() => store.close());
  return { directory, name: NAME, files: profileFiles(directory, NAME), key, store };
}

/** A connection worth storing; the key is made here so that no file holds one. */
export function newConnection(change: Partial<NewConnection> = {}): NewConnection {
  const { provider = "openai", name = "default" } = change;
  return {
    provider,
    name,
    kind: "api_key",
    fields: { key: new Secret(`key-${randomBytes(16).toString("hex")}`) },
    publicFieldNames: [],
    origins: [{ host: "api.openai.com", port: 443 }],
    placeholders: { key: `placeholder-${provider}-${name}` },
    expiresAtMs: null,
    ...change,
  };
}

/** Name → bytes of every file in the directory, to compare before and after. */
export function contents(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name)).toString("hex")]));
}

export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** What `use` throws, as its code; or "nothing". */
export function codeOf(use: () => unknown): string {
  try {
    use();
    return "nothing";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

export async function codeOfAsync(use: () => Promise<unknown>): Promise<string> {
  try {
    await use();
    return "nothing";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
