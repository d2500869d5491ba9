// What the checks look at: the daemon's parts and one profile, opened if it can be. In: a profile's name or null. Out: a Subject.
// A profile that is not there yet or cannot be opened is a finding, never a failure of the diagnosis.
import type { Check } from "../../control/findings.ts";
import { type KeywardError, toKeywardError } from "../../core/errors.ts";
import type { DaemonParts } from "../parts.ts";
import type { UnlockedProfile } from "../profiles/unlocked-profile.ts";

export interface Subject {
  readonly parts: DaemonParts;
  /** "" when the settings are too damaged to say. */
  readonly name: string;
  /** null: not there yet, or it could not be opened. */
  readonly profile: UnlockedProfile | null;
  /** Why it could not be opened. */
  readonly refusal: KeywardError | null;
}

export async function openSubject(requested: string | null, parts: DaemonParts): Promise<Subject> {
  let name = "";
  try {
    name = parts.profiles.nameOf(requested);
    return { parts, name, profile: await parts.profiles.find(requested), refusal: null };
  } catch (error) {
    return { parts, name, profile: null, refusal: toKeywardError(error) };
  }
}

/** For a check that needs the profile's key: why it cannot be made, or null when it can. */
export function withoutProfile({ name, profile, refusal }: Subject, check: string): Check | null {
  if (profile !== null) return null;
  if (refusal === null) return { name: check, state: "ok", found: "there is no profile yet; the first login makes it", fix: null };
  if (name === "") return { name: check, state: "warn", found: "not looked at: which profile is meant is not known", fix: null };
  const isLocked = refusal.code === "PROFILE_LOCKED";
  const found = `not looked at: profile '${name}' is ${isLocked ? "locked" : "not open"}`;
  return { name: check, state: "warn", found, fix: isLocked ? (refusal.hint ?? "keyward profile unlock") : null };
}
