// Check: is the audit file whole, and can it be written? It is plain text, so a locked profile's is read as well.
import type { Check } from "../../control/findings.ts";
import { verifyProfileAudit } from "../profiles/verify-profile-audit.ts";
import { type Subject, withoutProfile } from "./subject.ts";

const NAME = "audit";

export async function checkAuditChain(subject: Subject): Promise<Check> {
  const { parts, name } = subject;
  if (name === "") return withoutProfile(subject, NAME) as Check;
  // Brings everything to the disk first; a full or read-only one shows here.
  const { records, firstBadSeq, firstBadFile } = await verifyProfileAudit(parts, name);
  if (firstBadSeq === null) return { name: NAME, state: "ok", found: `${records} records, all as they were written`, fix: null };
  const found = `record ${firstBadSeq} of ${firstBadFile} was changed, or one before it was removed`;
  return { name: NAME, state: "fail", found, fix: "keep a copy of the file; what it said before cannot be restored" };
}
