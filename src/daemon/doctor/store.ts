// Check: can every page of the store be read and is it in order?
import type { Check } from "../../control/findings.ts";
import { profileFiles } from "../../store/profile-files.ts";
import { type Subject, withoutProfile } from "./subject.ts";

const NAME = "store";

export function checkStore(subject: Subject): Check {
  const { parts, name, profile, refusal } = subject;
  if (refusal !== null && refusal.code !== "PROFILE_LOCKED" && name !== "") {
    return { name: NAME, state: "fail", found: refusal.message, fix: refusal.hint ?? "keyward profile list" };
  }
  if (profile === null) return withoutProfile(subject, NAME) as Check;
  const { database } = profileFiles(parts.paths.profiles, name);
  if (!profile.store.isSound()) {
    const found = `${database} is damaged: a page cannot be read or is out of order`;
    return { name: NAME, state: "fail", found, fix: "keep a copy of the file, then put a backup in its place" };
  }
  const count = profile.connections().length;
  return { name: NAME, state: "ok", found: `${database}, ${count} ${count === 1 ? "connection" : "connections"}`, fix: null };
}
