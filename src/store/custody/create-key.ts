// Makes the key of a profile that is about to be created, and puts it into custody.
// In: directory, name, the custody asked for (null = the best that works). Out: the key and where it went; the caller tells the user.
// Never overwrites the key of a profile that exists.
import { randomBytes } from "node:crypto";
import { refuseExisting } from "../create-profile.ts";
import { KEY_BYTES } from "../cipher-pages.ts";
import { sweepTemporaries } from "../private-files.ts";
import { profileFiles } from "../profile-files.ts";
import type { Custody, CustodySources } from "./custody.ts";
import { verifierOf, writeDescriptor } from "./descriptor.ts";
import { externalCustody, readExternalKey } from "./external.ts";
import { discardKey, discardKeyFile, keepKey, usableKeychain } from "./keep-key.ts";
import { PROBE_TIMEOUT_MS } from "./keychain.ts";

export interface CreateKeyOptions extends CustodySources {
  /** null: external when one is set, a passphrase when one is given, the keychain when it answers, else the key file. */
  readonly custody: Custody | null;
}

export interface CreatedKey {
  readonly key: Buffer;
  readonly custody: Custody;
}

/** @throws PROFILE_EXISTS, INPUT_NEEDED, CUSTODY_FAILED, STORE_KEY_MISSING, HOME_UNSAFE, STORE_FULL, STORE_UNUSABLE */
export async function createKey(options: CreateKeyOptions): Promise<CreatedKey> {
  const files = profileFiles(options.directory, options.name);
  refuseExisting(files);
  const custody = options.custody ?? (await chooseCustody(options));
  const isExternal = custody === "key-file" || custody === "key-command";
  const key = isExternal ? await readExternalKey(custody, options.external) : randomBytes(KEY_BYTES);
  const kept = await keepKey({ files, key, custody }, options);
  // From here to the end nothing waits, so no other creation of the same name in this process comes between.
  try {
    refuseExisting(files);
  } catch (error) {
    if (custody === "keychain") await discardKey(files, { custody, verifier: verifierOf(key) }, options.keychain);
    throw error;
  }
  sweepTemporaries(files.directory, files.name);
  if (custody !== "file") discardKeyFile(files);
  kept.place();
  writeDescriptor(files, key, kept);
  return { key, custody };
}

async function chooseCustody({ external, passphrase, keychain }: CreateKeyOptions): Promise<Custody> {
  const outside = externalCustody(external);
  if (outside !== null) return outside;
  if (passphrase !== null) return "passphrase";
  const hasKeychain = keychain !== false && (await usableKeychain(keychain).answers(PROBE_TIMEOUT_MS));
  return hasKeychain ? "keychain" : "file";
}
