// audit.*: reads and verifies a profile's audit file.
import { type FoundRow, findRow } from "../../audit/find-row.ts";
import { readPart } from "../../audit/read-part.ts";
import type { AuditQuery, Params, ProfileParams, Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { profileFiles } from "../../store/profile-files.ts";
import { verifyProfileAudit } from "../profiles/verify-profile-audit.ts";
import type { DaemonParts } from "../parts.ts";

type AuditMethods = Pick<MethodTable, "audit.list" | "audit.tail" | "audit.read" | "audit.show" | "audit.verify">;

export function auditMethods(parts: DaemonParts): AuditMethods {
  return {
    "audit.list": (params) => list(params, parts),
    "audit.tail": (params) => tail(params, parts),
    "audit.read": ({ profile, fromByte, selection }) => readPart(plainFile(profile, parts), fromByte, selection),
    "audit.show": (params) => show(params, parts),
    "audit.verify": ({ profile }) => verifyProfileAudit(parts, parts.profiles.nameOf(profile)),
  };
}

async function list({ profile: requested, ...query }: ProfileParams & AuditQuery, parts: DaemonParts): Promise<Result<"audit.list">> {
  const profile = await parts.profiles.find(requested);
  return { entries: profile === null ? [] : profile.audit.list(query) };
}

async function tail(params: Params<"audit.tail">, parts: DaemonParts): Promise<Result<"audit.tail">> {
  const { profile: requested, afterSeq, ...query } = params;
  const profile = await parts.profiles.find(requested);
  if (profile === null) return { entries: [], lastSeq: 0 };
  const selection = { ...query, sinceMs: null, ...(afterSeq === null ? {} : { afterSeq }) };
  return { entries: profile.audit.list(selection), lastSeq: profile.audit.lastSeq };
}

/** @throws REQUEST_UNKNOWN */
function show({ profile, request }: Params<"audit.show">, parts: DaemonParts): Result<"audit.show"> {
  const found: FoundRow | null = /^req_\w{1,64}$/.test(request) ? findRow(plainFile(profile, parts), request) : null;
  if (found !== null) return { entry: found.row, releasedAtMs: found.releasedAtMs };
  throw new KeywardError("REQUEST_UNKNOWN", "no audit record of this profile has this request id", { hint: "keyward audit list" });
}

/** The file is text that needs no key, so a locked profile's can be read as well. */
function plainFile(requested: string | null, { profiles, paths }: DaemonParts): string {
  const name = profiles.nameOf(requested);
  profiles
    .opened()
    .find((open) => open.name === name)
    ?.audit.flush();
  return profileFiles(paths.profiles, name).audit;
}
