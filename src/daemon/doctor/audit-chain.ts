// Check: is the audit file whole, and can it be written? It is plain text, so a locked profile's is read as well.
import { verifyAudit } from "../../audit/verify-audit.ts";
import type { Check } from "../../control/findings.ts";
import { profileFiles } from "../../store/profile-files.ts";
import { type Subject, withoutProfile } from "./subject.ts";

const NAME = "audit";

export async function checkAuditChain(subject: Subject): Promise<Check> {
  const { parts, name, profile } = subject;
  if (name === "") return withoutProfile(subject, NAME) as Check;
  // Brings everything to the disk; a full or read-only one shows here.
  profile?.audit.flush();
  const path = profileFiles(parts.paths.profiles, name).audit;
  const { records, firstBadSeq } = await verifyAudit(path);
  if (firstBadSeq === null) return { name: NAME, state: "ok", found: `${records} records, all as they were written`, fix: null };
  const found = `record ${firstBadSeq} of ${path} was changed, or one before it was removed`;
  return { name: NAME, state: "fail", found, fix: "keep a copy of the file; what it said before cannot be restored" };
}
