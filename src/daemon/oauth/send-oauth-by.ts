// Sends OAuth requests the way the proxy dials: filtered addresses, the parent proxy, verified TLS, no redirect.
// In: how to dial, asked at every request. Out: the port src/oauth sends through.
import { parseAuthority } from "../../core/host.ts";
import { KeywardError } from "../../core/errors.ts";
import type { OAuthSend } from "../../oauth/send.ts";
import type { Dialler } from "../../proxy/upstream/dial.ts";
import { requestOnce } from "../../proxy/upstream/request-once.ts";

export function sendOAuthBy(dialler: () => Dialler): OAuthSend {
  return ({ method, url, headers, body, timeoutMs, maxBytes }) => {
    const authority = parseAuthority(url.host, 443);
    if (authority === null) throw new KeywardError("OAUTH_ANSWER", "an OAuth endpoint has no plain host");
    const outgoing = { method, target: `${url.pathname}${url.search}`, headers };
    return requestOnce({ outgoing, body, authority, dialler: dialler(), timeoutMs, maxBytes });
  };
}
