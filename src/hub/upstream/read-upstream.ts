// Which OpenID provider a hub was started with: the address and client by options, the secret by a variable or a file.
// In: options and where the secret is. Out: what upstream.ts works with, or null. The secret is in no argument and in no error.
import { readFileSync } from "node:fs";
import { KeywardError, systemCode } from "../../core/errors.ts";
import type { UpstreamOptions } from "./upstream.ts";

export interface UpstreamFlags {
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
}

export interface SecretSource {
  readonly value: string | undefined;
  readonly file: string | undefined;
}

/** @throws HUB_UNUSABLE for an address that is no https origin (http on loopback), half of a client, or a secret that cannot be read */
export function readUpstream({ oidcIssuer, oidcClientId }: UpstreamFlags, secret: SecretSource): UpstreamOptions | null {
  if (oidcIssuer === undefined && oidcClientId === undefined) return null;
  const hint = "give --oidc-issuer https://… and --oidc-client-id";
  if (oidcIssuer === undefined || oidcClientId === undefined || oidcClientId.trim() === "")
    throw new KeywardError("HUB_UNUSABLE", "the OpenID provider is given by half", { hint });
  const url = URL.canParse(oidcIssuer) ? new URL(oidcIssuer) : null;
  const isPlainLoopback = url?.protocol === "http:" && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  if (url === null || (url.protocol !== "https:" && !isPlainLoopback) || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new KeywardError("HUB_UNUSABLE", "the issuer is not an https address without a query", { hint });
  return { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: readSecret(secret) };
}

function readSecret({ value, file }: SecretSource): string | null {
  if (value !== undefined && file !== undefined)
    throw new KeywardError("HUB_UNUSABLE", "the OpenID secret is given twice", { hint: "set one of the two variables" });
  if (file === undefined) return value === undefined || value.trim() === "" ? null : value.trim();
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const reason = systemCode(error) ?? "unknown reason";
    throw new KeywardError("HUB_UNUSABLE", `the file of KEYWARD_HUB_OIDC_SECRET_FILE cannot be read (${reason})`, {
      hint: "check its path",
    });
  }
}
