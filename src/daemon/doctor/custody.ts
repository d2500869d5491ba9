// Check: where is the profile's key, and can it be had?
import type { Check } from "../../control/findings.ts";
import type { Custody } from "../../control/protocol.ts";
import { profileFiles } from "../../store/profile-files.ts";
import { type Subject, withoutProfile } from "./subject.ts";

const NAME = "key custody";

const WORDS: Readonly<Record<Custody, string>> = {
  keychain: "the key is in the operating system's keychain",
  passphrase: "the key is wrapped by a passphrase",
  file: "the key is in",
  "key-file": "the key comes from the file that KEYWARD_KEY_FILE names",
  "key-command": "the key comes from KEYWARD_KEY_COMMAND",
};
const CODES = new Set(["CUSTODY_FAILED", "STORE_KEY_MISSING", "STORE_KEY_WRONG"]);

export function checkCustody(subject: Subject): Check {
  const { parts, name, profile, refusal } = subject;
  if (refusal !== null && CODES.has(refusal.code)) {
    return { name: NAME, state: "fail", found: refusal.message, fix: refusal.hint ?? "keyward daemon logs" };
  }
  if (profile === null && refusal?.code !== "PROFILE_LOCKED") return withoutProfile(subject, NAME) as Check;
  const { custody } = parts.profiles.describe(name);
  if (refusal !== null) {
    return { name: NAME, state: "warn", found: `${WORDS[custody]}, and locked`, fix: refusal.hint ?? "keyward profile unlock" };
  }
  const where = custody === "file" ? ` ${profileFiles(parts.paths.profiles, name).key} (for this user alone)` : "";
  return { name: NAME, state: "ok", found: `${WORDS[custody]}${where}`, fix: null };
}
