// ca.*: the certificate that children of runs trust. The private key has no method.
import { X509Certificate } from "node:crypto";
import type { Result } from "../../control/protocol.ts";
import type { MethodTable } from "../../control/server.ts";
import type { DaemonParts } from "../parts.ts";

export function caMethods(parts: DaemonParts): Pick<MethodTable, "ca.show"> {
  return { "ca.show": ({ profile }) => show(profile, parts) };
}

async function show(requested: string | null, { profiles }: DaemonParts): Promise<Result<"ca.show">> {
  const { authority, certificatePath } = await profiles.ensure(requested);
  const certificate = new X509Certificate(authority.certificatePem);
  return {
    pem: authority.certificatePem,
    path: certificatePath,
    subject: certificate.subject,
    expiresAtMs: Date.parse(certificate.validTo),
    fingerprint: certificate.fingerprint256,
  };
}
