// Puts a key where a custody keeps it, and takes it away again. The descriptor is written in between by create-key and rewrap-key.
// In: the sources, the key, the custody. Out: what the descriptor must say. Leaves every other copy of the key alone.
import { KeywardError } from "../../core/errors.ts";
import { removeFile, syncDirectory } from "../private-files.ts";
import type { ProfileFiles } from "../profile-files.ts";
import { guarded, wrongKey } from "../store-errors.ts";
import type { Custody, CustodySources } from "./custody.ts";
import { type Descriptor, verifierOf } from "./descriptor.ts";
import { readExternalKey } from "./external.ts";
import { writeKeyFile } from "./key-file.ts";
import { type Keychain, systemKeychain } from "./keychain.ts";
import { wrapKey } from "./passphrase.ts";

export interface Keeping {
  readonly files: ProfileFiles;
  readonly key: Buffer;
  readonly custody: Custody;
}

/** Everything but the last, synchronous step: `place` completes it right before the descriptor is written. */
export interface Kept extends Pick<Descriptor, "custody" | "wrap"> {
  place(): void;
}

const nothing = (): void => {};

/** @throws INPUT_NEEDED, CUSTODY_FAILED, STORE_KEY_WRONG when an external source gives another key */
export async function keepKey({ files, key, custody }: Keeping, sources: CustodySources): Promise<Kept> {
  switch (custody) {
    case "keychain":
      await usableKeychain(sources.keychain).write(accountOf(files.name, verifierOf(key)), key.toString("hex"));
      return { custody, wrap: null, place: nothing };
    case "passphrase":
      if (sources.passphrase === null) {
        throw new KeywardError("INPUT_NEEDED", "a passphrase is needed to keep the key under", {
          hint: "run it on a terminal, which asks for one",
        });
      }
      return { custody, wrap: await wrapKey(key, sources.passphrase, files.name), place: nothing };
    case "file":
      return { custody, wrap: null, place: () => writeKeyFile(files, key) };
    case "key-file":
    case "key-command":
      if (!(await readExternalKey(custody, sources.external)).equals(key)) throw wrongKey(files.database);
      return { custody, wrap: null, place: nothing };
  }
}

/** Removes the copy that `custody` keeps; what the user keeps elsewhere is theirs. */
export async function discardKey(
  files: ProfileFiles,
  kept: Pick<Descriptor, "custody" | "verifier">,
  keychain: boolean | Keychain,
): Promise<void> {
  if (kept.custody === "keychain") await usableKeychain(keychain).remove(accountOf(files.name, kept.verifier));
  if (kept.custody === "file") discardKeyFile(files);
}

/** Whether there was one. */
export function discardKeyFile(files: ProfileFiles): boolean {
  return guarded(files.key, () => {
    const wasThere = removeFile(files.key);
    if (wasThere) syncDirectory(files.directory);
    return wasThere;
  });
}

/** One item per key, so that a profile made anew under the same name never meets the old one's. */
export function accountOf(profile: string, verifier: string): string {
  return `${profile}:${verifier.slice(0, 16)}`;
}

/** @throws CUSTODY_FAILED when it is switched off */
export function usableKeychain(keychain: boolean | Keychain): Keychain {
  if (keychain === false) {
    throw new KeywardError("CUSTODY_FAILED", "the keychain is switched off (KEYWARD_KEYCHAIN=off)", { hint: "unset KEYWARD_KEYCHAIN" });
  }
  return keychain === true ? systemKeychain() : keychain;
}
