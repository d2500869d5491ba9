// Which of a provider's hosts an OAuth login is bound to: the one that was named at login, or the one the token endpoint names as the
// account's own (Salesforce's instance_url). In: the login, its tokens. Out: the host as authority text; null where every host is known.
// A host the definition does not cover is refused: the token would be sent there.
import { KeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import type { TokenSet } from "../../oauth/token-set.ts";
import { needsHost, tenantOrigin } from "../../providers/login/tenant.ts";
import type { GrantTarget } from "./keep-tokens.ts";

/** @throws OAUTH_ANSWER */
export function bindHost({ provider, host, context }: Pick<GrantTarget, "provider" | "host" | "context">, tokens: TokenSet): string | null {
  if (!needsHost(provider)) return host;
  const told = tokens.host === undefined ? null : tenantOrigin(provider, tokens.host);
  if (tokens.host !== undefined && told === null)
    throw refusal(`${provider.name} names a host that is not one of its own; nothing was stored`, context.again);
  const named = told === null ? null : formatAuthority(told);
  if (host === null && named === null)
    throw refusal(
      `${provider.name} does not say which host the account is on`,
      `${context.again} --host ${provider.tenant?.example ?? "HOST"}`,
    );
  if (host !== null && named !== null && host !== named)
    throw refusal(`the account is on another host of ${provider.name} than --host says`, `${context.again} --host ${named}`);
  return named ?? host;
}

function refusal(message: string, hint: string): KeywardError {
  return new KeywardError("OAUTH_ANSWER", message, { hint });
}
