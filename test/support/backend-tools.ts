// What a backend under test gets of its machine: variables, a directory of executables made by the test, a keychain in memory.
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { BackendTools } from "../../src/backends/backend.ts";

export interface TestMachine {
  readonly directory: string;
  readonly variables: Record<string, string>;
  /** `service account` → value. */
  readonly items: Map<string, string>;
  readonly tools: BackendTools;
  /** Puts an executable into the machine's PATH. */
  readonly install: (name: string, script: string) => void;
}

export function testMachine({ hasKeychain = true }: { readonly hasKeychain?: boolean } = {}): TestMachine {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "kw-backend-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const variables: Record<string, string> = {};
  const items = new Map<string, string>();
  const keychain: BackendTools["keychain"] = (service) => ({
    read: async (account) => items.get(`${service} ${account}`) ?? null,
    write: async (account, value) => void items.set(`${service} ${account}`, value),
  });
  return {
    directory,
    variables,
    items,
    tools: {
      variable: (name) => variables[name],
      environment: () => ({ PATH: `${directory}:/usr/bin:/bin`, HOME: directory }),
      keychain: hasKeychain ? keychain : () => null,
      home: directory,
    },
    install: (name, script) => {
      writeFileSync(join(directory, name), script);
      chmodSync(join(directory, name), 0o755);
    },
  };
}

/** What `work` is refused with, as `CODE message`. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "nothing";
  } catch (error) {
    return `${(error as { code?: string }).code ?? "?"} ${(error as Error).message}`;
  }
}
