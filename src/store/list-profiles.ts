// Which profiles there are: every `<name>.db` whose name is one.
// In: the profiles directory. Out: names, sorted. Opens and creates nothing.
import { readdirSync } from "node:fs";
import { systemCode } from "../core/errors.ts";
import { NAME_PATTERN } from "../core/names.ts";
import { storeError } from "./store-errors.ts";
import { DATABASE_SUFFIX } from "./profile-files.ts";

/** Empty when the directory is not there yet. @throws STORE_UNUSABLE */
export function listProfiles(directory: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(directory);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw storeError(directory, error);
  }
  return entries
    .filter((entry) => entry.endsWith(DATABASE_SUFFIX))
    .map((entry) => entry.slice(0, -DATABASE_SUFFIX.length))
    .filter((name) => NAME_PATTERN.test(name))
    .sort();
}
