// The flow `browser`: authorization code with PKCE, the answer taken on a loopback port (RFC 8252).
// In: a login. Out: the address to open, and the work that waits for the browser and stores. The port is bound before the address
// is known to anybody, and free again whichever way the login ends.
import { prepareAuthorization } from "../../../oauth/authorization-code.ts";
import { listenForRedirect, type RedirectListener, type RedirectPages } from "../../../oauth/redirect-listener.ts";
import { KeywardError } from "../../../core/errors.ts";
import { LANDING_POLICY, landingPage } from "../../../ui/landing-page.ts";
import type { GrantWork } from "../../logins/grant-login.ts";
import type { DaemonParts } from "../../parts.ts";
import { chooseClient, portRegisteredFor } from "../choose-client.ts";
import { keepTokens } from "../keep-tokens.ts";
import type { BegunFlow, FlowLogin } from "./flow.ts";

export async function inBrowser(login: FlowLogin, parts: DaemonParts): Promise<BegunFlow> {
  const { scopes, section, endpoints, context } = login;
  const listener = await listen(login, parts);
  try {
    const client = await chooseClient({ ...login, redirectUri: listener.redirectUri }, parts);
    const { scopeSeparator, pkce, nonce, authorizationParameters: extra } = section;
    const request = { endpoints, client, scopes, scopeSeparator, redirectUri: listener.redirectUri, pkce, nonce, extra, context };
    const prepared = await prepareAuthorization(request);
    const arrival = listener.arrivalOf(prepared.state);
    const work: GrantWork = async (signal) => {
      signal.addEventListener("abort", () => listener.close(), { once: true });
      const { query, respond } = await arrival;
      let isGood = false;
      try {
        const tokens = await prepared.redeem(query, { send: parts.sendOAuth, clock: parts.clock });
        const stored = await keepTokens({ ...login, client, signal }, tokens, parts);
        isGood = true;
        return stored;
      } finally {
        respond(isGood);
      }
    };
    return { todo: { url: prepared.url, device: null }, work };
  } catch (error) {
    listener.close();
    throw error;
  }
}

/** The port a client registered itself for is tried first: then that client serves again. */
async function listen(login: FlowLogin, parts: DaemonParts): Promise<RedirectListener> {
  const { params, section, provider } = login;
  const { host, port } = section.redirect;
  const pages = pagesFor(provider.name);
  if (params.redirectPort !== null || port !== 0) return listenForRedirect({ host, port: params.redirectPort ?? port, pages });
  const known = await portRegisteredFor(login, parts);
  if (known === null) return listenForRedirect({ host, port: 0, pages });
  return listenForRedirect({ host, port: known, pages }).catch((error: unknown) => {
    if (error instanceof KeywardError && error.code === "PORT_TAKEN") return listenForRedirect({ host, port: 0, pages });
    throw error;
  });
}

function pagesFor(name: string): RedirectPages {
  return {
    stored: landingPage("stored", name),
    failed: landingPage("failed", name),
    foreign: landingPage("foreign", name),
    policy: LANDING_POLICY,
  };
}
