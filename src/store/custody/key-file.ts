// Custody "file": the bare key in `<name>.key`, 64 hex digits, 0600. The weakest kind: whoever reads the directory has both.
// In: a profile's files. Out: the key. Chosen only when no keychain answers or when asked for; the caller says so aloud.
import { KeywardError } from "../../core/errors.ts";
import { readPrivateFile, writePrivateFile } from "../private-files.ts";
import type { ProfileFiles } from "../profile-files.ts";

const HEX_KEY = /^[0-9a-fA-F]{64}$/;

export function writeKeyFile(files: ProfileFiles, key: Buffer): void {
  writePrivateFile(files.key, `${key.toString("hex")}\n`);
}

/** @throws STORE_KEY_MISSING, CUSTODY_FAILED, HOME_UNSAFE */
export function readKeyFile(files: ProfileFiles): Buffer {
  const content = readPrivateFile(files.key);
  if (content === null) {
    throw new KeywardError("STORE_KEY_MISSING", `the key file ${files.key} is gone`, { hint: `put back a copy of ${files.key}` });
  }
  return parseHexKey(content.toString("latin1"), files.key);
}

/** @param source what to call it in a message; its content never appears there. @throws CUSTODY_FAILED */
export function parseHexKey(text: string, source: string): Buffer {
  const digits = text.trim();
  if (!HEX_KEY.test(digits)) {
    throw new KeywardError("CUSTODY_FAILED", `${source} does not give a key of 64 hex digits`, {
      hint: "make one with: openssl rand -hex 32",
    });
  }
  return Buffer.from(digits, "hex");
}
