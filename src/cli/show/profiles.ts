// A profile as people and scripts see it. In: what the daemon says. Out: words, or the object of --json.
import type { Custody, ProfileInfo } from "../../control/protocol.ts";

export const CUSTODY_WORDS: Readonly<Record<Custody, string>> = {
  keychain: "the system's keychain",
  passphrase: "a passphrase",
  file: "a key file beside it",
  "key-file": "KEYWARD_KEY_FILE",
  "key-command": "KEYWARD_KEY_COMMAND",
};

export function profileObject({ name, active, state, custody, path }: ProfileInfo): Record<string, unknown> {
  return { name, active, state, custody, path };
}
