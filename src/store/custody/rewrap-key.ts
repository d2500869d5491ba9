// Changes where a profile's key is kept. The key itself, and so the database, stays as it is.
// In: the key in hand and the new custody. Out: the custody it has now. The new copy is in place before the descriptor
// switches to it, the old one goes afterwards: at every instant the descriptor points at a copy that works.
import { KeywardError } from "../../core/errors.ts";
import { sweepTemporaries } from "../private-files.ts";
import { profileFiles } from "../profile-files.ts";
import { wrongKey } from "../store-errors.ts";
import type { Custody, CustodySources } from "./custody.ts";
import { hasVerifier, readDescriptor, writeDescriptor } from "./descriptor.ts";
import { discardKey, keepKey } from "./keep-key.ts";

export interface RewrapKeyOptions extends CustodySources {
  readonly key: Buffer;
  readonly custody: Custody;
}

/** @throws STORE_KEY_MISSING, STORE_KEY_WRONG, INPUT_NEEDED, CUSTODY_FAILED, STORE_FULL, STORE_UNUSABLE */
export async function rewrapKey(options: RewrapKeyOptions): Promise<Custody> {
  const files = profileFiles(options.directory, options.name);
  const before = readDescriptor(files);
  if (before === null) {
    throw new KeywardError("STORE_KEY_MISSING", `${files.descriptor} is gone`, { hint: `put back a copy of ${files.descriptor}` });
  }
  if (!hasVerifier(before, options.key)) throw wrongKey(files.database);
  const kept = await keepKey({ files, key: options.key, custody: options.custody }, options);
  sweepTemporaries(files.directory, files.name);
  kept.place();
  writeDescriptor(files, options.key, kept);
  if (before.custody !== options.custody) await discardKey(files, before, options.keychain);
  return options.custody;
}
