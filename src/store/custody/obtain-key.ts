// Gets the key of an existing profile from wherever its descriptor says. Never tries a second place.
// In: directory, name, what the caller has (passphrase, external values, keychain allowed). Out: the 32-byte key, checked.
import { existsSync } from "node:fs";
import { KeywardError } from "../../core/errors.ts";
import { unknownProfile } from "../open-profile.ts";
import { sweepTemporaries, verifyPrivateFile } from "../private-files.ts";
import { type ProfileFiles, profileFiles } from "../profile-files.ts";
import { wrongKey } from "../store-errors.ts";
import type { CustodySources } from "./custody.ts";
import { type Descriptor, hasVerifier, readDescriptor } from "./descriptor.ts";
import { externalCustody, readExternalKey } from "./external.ts";
import { accountOf, discardKeyFile, usableKeychain } from "./keep-key.ts";
import { parseHexKey, readKeyFile } from "./key-file.ts";
import { unwrapKey } from "./passphrase.ts";

/** @throws PROFILE_UNKNOWN, PROFILE_LOCKED, STORE_KEY_WRONG, STORE_KEY_MISSING, CUSTODY_FAILED, HOME_UNSAFE */
export async function obtainKey(sources: CustodySources): Promise<Buffer> {
  const files = profileFiles(sources.directory, sources.name);
  const descriptor = readDescriptor(files);
  if (descriptor === null) throw withoutDescriptor(files);
  const key = await fetchKey(files, descriptor, sources);
  if (!hasVerifier(descriptor, key)) throw wrongKey(files.database);
  tidy(files, descriptor);
  return key;
}

function fetchKey(files: ProfileFiles, descriptor: Descriptor, sources: CustodySources): Promise<Buffer> | Buffer {
  switch (descriptor.custody) {
    case "keychain":
      return fetchFromKeychain(files, descriptor, sources);
    case "passphrase":
      if (sources.passphrase === null || descriptor.wrap === null) throw locked(files.name);
      return unwrapKey(descriptor.wrap, sources.passphrase, files.name);
    case "file":
      return readKeyFile(files);
    case "key-file":
    case "key-command":
      // A server may move its key from a file to a command or back; either gives the same key or fails the verifier.
      return readExternalKey(externalCustody(sources.external) ?? descriptor.custody, sources.external);
  }
}

async function fetchFromKeychain(files: ProfileFiles, descriptor: Descriptor, sources: CustodySources): Promise<Buffer> {
  const value = await usableKeychain(sources.keychain).read(accountOf(files.name, descriptor.verifier));
  if (value !== null) return parseHexKey(value, "the keychain");
  throw new KeywardError("STORE_KEY_MISSING", `the keychain has no key for profile '${files.name}'`, {
    hint: "log in as the user, and on the machine, that created the profile",
  });
}

/** A custody change that was cut short can leave a bare key behind; with the right key in hand it is safe to remove. */
function tidy(files: ProfileFiles, descriptor: Descriptor): void {
  try {
    sweepTemporaries(files.directory, files.name);
    if (descriptor.custody !== "file" && verifyPrivateFile(files.key) !== null) discardKeyFile(files);
  } catch {
    // A read-only home is no reason to withhold the key.
  }
}

function withoutDescriptor(files: ProfileFiles): KeywardError {
  if (!existsSync(files.database)) return unknownProfile(files.name);
  return new KeywardError("STORE_KEY_MISSING", `${files.descriptor} is gone, so the key of profile '${files.name}' cannot be found`, {
    hint: `put back a copy of ${files.descriptor}`,
  });
}

function locked(name: string): KeywardError {
  return new KeywardError("PROFILE_LOCKED", `profile '${name}' is locked`, { hint: `keyward profile unlock ${name}` });
}
