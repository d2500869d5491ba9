// The flow `token`: a refresh token got elsewhere, for machines where nobody can log in.
// In: a login with the pasted token. Out: the work that trades it at once: that proves it, and what is stored is what the server gave.
import { KeywardError } from "../../../core/errors.ts";
import { Secret } from "../../../core/secret.ts";
import { refreshTokens } from "../../../oauth/refresh-tokens.ts";
import type { GrantWork } from "../../logins/grant-login.ts";
import type { DaemonParts } from "../../parts.ts";
import { chooseClient } from "../choose-client.ts";
import { keepTokens } from "../keep-tokens.ts";
import type { BegunFlow, FlowLogin } from "./flow.ts";

export async function withToken(login: FlowLogin, parts: DaemonParts): Promise<BegunFlow> {
  const { params, endpoints, context } = login;
  if (params.refreshToken === null || params.refreshToken.trim() === "")
    throw new KeywardError("KEY_EMPTY", "no refresh token was given", { hint: `${context.again} --stdin` });
  const refreshToken = new Secret(params.refreshToken.trim());
  const client = await chooseClient({ ...login, redirectUri: null }, parts);
  const work: GrantWork = async (signal) => {
    const tokens = await refreshTokens({ endpoints, client, refreshToken, context }, { send: parts.sendOAuth, clock: parts.clock });
    return keepTokens({ ...login, client, signal }, { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken }, parts);
  };
  return { todo: { url: null, device: null }, work };
}
