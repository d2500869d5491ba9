// Check: where is the profile's key, and can it be had?
import type { Check } from "../../control/findings.ts";
import type { Custody } from "../../control/protocol.ts";
import { profileFiles } from "../../store/profile-files.ts";
import type { Subject } from "./subject.ts";

const NAME = "key custody";

const WORDS: Readonly<Record<Custody, string>> = {
  keychain: "the key is in the operating system's keychain",
  passphrase: "the key is wrapped by a passphrase",
  file: "the key is in",
  "key-file": "the key comes from the file that KEYWARD_KEY_FILE names",
  "key-command": "the key comes from KEYWARD_KEY_COMMAND",
};
const CODES = new Set(["CUSTODY_FAILED", "STORE_KEY_MISSING", "STORE_KEY_WRONG"]);

export function checkCustody({ parts, name, profile, refusal }: Subject): Check {
  if (refusal !== null && CODES.has(refusal.code)) {
    return { name: NAME, state: "fail", found: refusal.message, fix: refusal.hint ?? "keyward daemon logs" };
  }
  if (refusal !== null && refusal.code !== "PROFILE_LOCKED") {
    return { name: NAME, state: "warn", found: `not looked at: ${refusal.message}`, fix: null };
  }
  if (profile === null && refusal === null) {
    return { name: NAME, state: "ok", found: "there is no profile yet; the first login makes it", fix: null };
  }
  const { custody } = parts.profiles.describe(name);
  if (refusal !== null) return { name: NAME, state: "warn", found: `${WORDS[custody]}, and locked`, fix: "keyward profile unlock" };
  const where = custody === "file" ? ` ${profileFiles(parts.paths.profiles, name).key} (for this user alone)` : "";
  return { name: NAME, state: "ok", found: `${WORDS[custody]}${where}`, fix: null };
}
