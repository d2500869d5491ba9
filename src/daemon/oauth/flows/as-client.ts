// The flow `client_credentials`: access for the client itself, without a person (RFC 6749 §4.4).
// In: a login with a client id and its secret. Out: the work that asks and stores; the same question renews the token later.
import { grantToClient } from "../../../oauth/client-credentials.ts";
import type { GrantWork } from "../../logins/grant-login.ts";
import type { DaemonParts } from "../../parts.ts";
import { chooseClient } from "../choose-client.ts";
import { keepTokens } from "../keep-tokens.ts";
import type { BegunFlow, FlowLogin } from "./flow.ts";

/** A definition's scopes are for a person's login; these two mean nothing without one (OpenID Connect Core §3.1.2.1, §11). */
const OF_PERSONS: ReadonlySet<string> = new Set(["openid", "offline_access"]);

export async function asClient(login: FlowLogin, parts: DaemonParts): Promise<BegunFlow> {
  const { endpoints, section, context } = login;
  const scopes = login.scopes.filter((scope) => !OF_PERSONS.has(scope));
  const client = await chooseClient({ ...login, redirectUri: null, needsSecret: true }, parts);
  const work: GrantWork = async (signal) => {
    const grant = { endpoints, client, scopes, scopeSeparator: section.scopeSeparator, context };
    const tokens = await grantToClient(grant, { send: parts.sendOAuth, clock: parts.clock });
    return keepTokens({ ...login, scopes, client, signal, renewal: "client_credentials" }, tokens, parts);
  };
  return { todo: { url: null, device: null }, work };
}
