// Check: does the certificate authority last, and is its certificate where children read it?
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { DAY_MS, readAuthorityProfile } from "../../certs/certificate-profile.ts";
import type { Check } from "../../control/findings.ts";
import { certificatePath } from "../profiles/authority-file.ts";
import { type Subject, withoutProfile } from "./subject.ts";

const NAME = "certificate authority";
const RENEW = "keyward daemon restart";

export function checkAuthority(subject: Subject): Check {
  const { parts, name, profile, refusal } = subject;
  if (profile === null && (refusal === null || name === "")) return withoutProfile(subject, NAME) as Check;
  const path = certificatePath(parts.paths, name);
  const pem = readOrNull(path);
  if (profile !== null && pem !== profile.authority.certificatePem) {
    return { name: NAME, state: "fail", found: `${path} is not the certificate that keyward signs with`, fix: RENEW };
  }
  if (pem === null) return withoutProfile(subject, NAME) as Check;
  return judge(path, Date.parse(new X509Certificate(pem).validTo), parts.clock.nowMs());
}

function judge(path: string, expiresAtMs: number, nowMs: number): Check {
  const until = new Date(expiresAtMs).toISOString().slice(0, 10);
  if (expiresAtMs <= nowMs) return { name: NAME, state: "fail", found: `${path} expired on ${until}`, fix: RENEW };
  const isNear = expiresAtMs - nowMs < readAuthorityProfile().renewBeforeDays * DAY_MS;
  return { name: NAME, state: isNear ? "warn" : "ok", found: `${path}, valid until ${until}`, fix: isNear ? RENEW : null };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
