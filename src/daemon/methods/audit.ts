// audit.*: reads and verifies a profile's audit file.
import { verifyAudit } from "../../audit/verify-audit.ts";
import type { AuditQuery, ProfileParams, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { profileFiles } from "../../store/profile-files.ts";
import type { DaemonParts } from "../parts.ts";

export function auditMethods(parts: DaemonParts): Pick<MethodTable, "audit.list" | "audit.verify"> {
  return {
    "audit.list": (params) => list(params, parts),
    // The file is plain text: a locked profile's audit can be verified as well.
    "audit.verify": ({ profile }) => {
      const name = parts.profiles.nameOf(profile);
      parts.profiles
        .opened()
        .find((open) => open.name === name)
        ?.audit.flush();
      return verifyAudit(profileFiles(parts.paths.profiles, name).audit);
    },
  };
}

async function list({ profile: requested, ...query }: ProfileParams & AuditQuery, parts: DaemonParts): Promise<Result<"audit.list">> {
  const profile = await parts.profiles.find(requested);
  return { entries: profile === null ? [] : profile.audit.list(query) };
}
