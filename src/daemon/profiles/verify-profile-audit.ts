// Verifies a profile's audit with everything that is known of it: an open store has the key and remembers the last checkpoint; without
// one the public key lies beside the files. In: the parts, a profile's name. Out: the verdict. Brings an open audit to the disk first.
import { readPublicKey } from "../../audit/seal/public-key-file.ts";
import { type AuditVerdict, verifyAudit } from "../../audit/verify-audit.ts";
import { profileFiles } from "../../store/profile-files.ts";
import type { DaemonParts } from "../parts.ts";

/** @throws AUDIT_FAILED */
export async function verifyProfileAudit(
  { profiles, paths }: Pick<DaemonParts, "profiles" | "paths">,
  name: string,
): Promise<AuditVerdict> {
  const open = profiles.opened().find((profile) => profile.name === name);
  open?.audit.flush();
  const path = profileFiles(paths.profiles, name).audit;
  if (open === undefined) return verifyAudit(path, { publicKey: readPublicKey(path), head: null });
  return verifyAudit(path, { publicKey: open.seal.publicKey, head: open.seal.readHead() });
}
