// The ways a profile's key can be kept, and what a caller hands in for each.
// Types only: every kind has a file of its own beside this one.
import type { Secret } from "../../core/secret.ts";
import type { Keychain } from "./keychain.ts";

/** keychain: the operating system's · passphrase: wrapped in the descriptor · file: `<name>.key` · key-file, key-command: the user's own. */
export type Custody = "keychain" | "passphrase" | "file" | "key-file" | "key-command";

/** Values of KEYWARD_KEY_FILE and KEYWARD_KEY_COMMAND; at most one may be set. */
export interface ExternalKey {
  readonly keyFile: string | null;
  readonly keyCommand: string | null;
}

export interface CustodySources {
  readonly directory: string;
  readonly name: string;
  readonly passphrase: Secret | null;
  readonly external: ExternalKey;
  /** false: KEYWARD_KEYCHAIN=off. A Keychain stands in for the system's own in tests. */
  readonly keychain: boolean | Keychain;
}
