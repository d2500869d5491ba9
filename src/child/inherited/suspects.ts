// What of the inherited environment and the working directory might hold a stored secret, so that the daemon is asked about it.
// In: the environment, a directory. Out: variables and files to ask about. It decides by form alone and knows no secret.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Where tools keep keys in the directory they are used in; hosts.yml is GitHub's command line's. */
const FILE_NAMES = [".env", ".env.local", ".netrc", "hosts.yml"] as const;
const MAX_FILE_BYTES = 1024 * 1024;
/** No secret is looked for that is shorter, except as the whole of a value. */
const MIN_CHARS = 8;
/** Of one message. A system passes on values of up to 128 KiB and 2 MiB of all. */
const MAX_BATCH_CHARS = 1024 * 1024;
const MAX_NAME_CHARS = 256;
/** Who and where the user is: a word of them that happens to be somebody's password must not be replaced. */
const ORDINARY =
  /^(?:PATH|HOME|PWD|OLDPWD|USER|LOGNAME|SHELL|TERM|LANG|LC_\w+|TMPDIR|HOSTNAME|LS_COLORS|XDG_\w+|SSH_(?:AUTH_SOCK|CONNECTION|CLIENT)|KEYWARD_HOME)$/;

/** In batches that fit into a message each. @param decided names whose value is settled whatever they hold */
export function suspectVariables(
  inherited: Readonly<Record<string, string | undefined>>,
  decided: ReadonlySet<string>,
): readonly Readonly<Record<string, string>>[] {
  const batches: Record<string, string>[] = [];
  let room = 0;
  for (const [name, value = ""] of Object.entries(inherited)) {
    if (value.length < MIN_CHARS || value.length > MAX_BATCH_CHARS || name.length > MAX_NAME_CHARS) continue;
    if (decided.has(name) || ORDINARY.test(name)) continue;
    if (batches.length === 0 || value.length > room) {
      batches.push({});
      room = MAX_BATCH_CHARS;
    }
    room -= value.length;
    Object.assign(batches.at(-1) ?? {}, { [name]: value });
  }
  return batches;
}

export interface SuspectFile {
  readonly name: string;
  readonly text: string;
}

/** Readable regular files of up to 1 MiB. */
export function suspectFiles(directory: string): SuspectFile[] {
  return FILE_NAMES.flatMap((name) => {
    try {
      const stat = statSync(join(directory, name));
      if (!stat.isFile() || stat.size > MAX_FILE_BYTES) return [];
      // Control characters would only swell the message; no secret holds one.
      return [{ name, text: readFileSync(join(directory, name), "utf8").replace(/[^\P{Cc}\t\n]/gu, " ") }];
    } catch {
      return [];
    }
  });
}
