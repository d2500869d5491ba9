// What a project seems to need: names of variables in its dotenv files and in the environment, met with the catalogue.
// In: a directory, the environment, the catalogue. Out: providers, and why each. Only names are looked at, and files only read.
import { readdirSync } from "node:fs";
import type { Environment } from "../../config/environment.ts";
import type { CatalogueRow } from "../../control/api/creds.ts";
import { readSecretNames } from "../creds/secret-names.ts";
import { readTextFile } from "../input/read-text.ts";

export interface Need {
  readonly provider: string;
  /** A file or `the environment`, with the name found there. */
  readonly because: string;
}

const DOTENV = /^\.env(?:\.[a-z]+)*$/i;
const MAX_FILES = 20;

export function findNeeds(
  directory: string,
  environment: Environment,
  rows: readonly CatalogueRow[],
): { needs: Need[]; unreadable: string[] } {
  const { found, unreadable } = dotenvNames(directory);
  for (const [name, value] of Object.entries(environment))
    if (value !== undefined && value !== "" && !found.has(name)) found.set(name, "the environment");
  const needs = rows.flatMap((row): Need[] => {
    // A name that several providers share says nothing about which is meant.
    const names = row.keys.filter(({ optional }) => !optional).flatMap((key) => key.names);
    const name = names.find(
      (one) => found.has(one) && rows.filter((other) => other.keys.some((key) => key.names.includes(one))).length === 1,
    );
    return name === undefined || row.kind === "local" ? [] : [{ provider: row.id, because: `${name} in ${found.get(name) ?? ""}` }];
  });
  return { needs, unreadable };
}

/** Name → file. Also of examples, where the values are empty. */
function dotenvNames(directory: string): { found: Map<string, string>; unreadable: string[] } {
  const found = new Map<string, string>();
  const unreadable: string[] = [];
  for (const file of listDotenv(directory)) {
    try {
      const { text } = readTextFile(file, directory);
      const filled = text.replace(/^(\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=)\s*$/gm, "$1x");
      for (const name of readSecretNames(filled)?.names ?? []) if (!found.has(name)) found.set(name, file);
    } catch {
      unreadable.push(file);
    }
  }
  return { found, unreadable };
}

function listDotenv(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && DOTENV.test(entry.name))
      .map(({ name }) => name)
      .sort()
      .slice(0, MAX_FILES);
  } catch {
    return [];
  }
}
