// The certificate authority of a gateway: one PEM file with certificate and key, made once and given to every replica.
// In: its path. Out: the authority; the certificate alone is put beside it, for containers to trust. The file is as secret as any key.
import { writeFileSync } from "node:fs";
import { createAuthority, isAuthorityUsable } from "../../certs/authority.ts";
import { KeywardError } from "../../core/errors.ts";
import { readPrivateFile, writePrivateFile } from "../../store/private-files.ts";
import type { StoredAuthority } from "../../store/profile-store.ts";
import { authorityFromPem, authorityToPem } from "../../store/records/authority-pem.ts";

export interface GatewayAuthority {
  readonly authority: StoredAuthority;
  /** `<path>.crt`. */
  readonly certificatePath: string;
  readonly isNew: boolean;
}

/** @throws STORE_CORRUPT for a file that is none, HUB_UNUSABLE for one that is over, HOME_UNSAFE for one that others can read */
export function ensureGatewayAuthority(path: string, nowMs: number): GatewayAuthority {
  const content = readPrivateFile(path);
  const authority = content === null ? createAuthority(nowMs) : authorityFromPem(content.toString("latin1"), path);
  if (content === null) writePrivateFile(path, authorityToPem(authority));
  else if (!isAuthorityUsable(authority, nowMs)) {
    throw new KeywardError("HUB_UNUSABLE", `the certificate authority in ${path} is over or not yet valid`, {
      hint: "move the file away; a new one is made",
    });
  }
  const certificatePath = `${path}.crt`;
  writeFileSync(certificatePath, authority.certificatePem, { mode: 0o644 });
  return { authority, certificatePath, isNew: content === null };
}
