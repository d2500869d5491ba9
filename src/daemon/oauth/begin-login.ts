// login.authorize: begins an OAuth login in one of its flows and says what the person has to do.
// In: the provider, the flow, scopes, the client. Out: an address or a code to show; the connection is stored by the login's own work
// when the tokens are here, in one step. Before that nothing is written, and every way it can fail is one error of the table.
import type { Params, Result } from "../../control/protocol.ts";
import type { Session } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import { checkName } from "../../core/names.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";
import type { Provider } from "../../providers/schema.ts";
import { locateProvider } from "../logins/locate-provider.ts";
import { connectionName } from "../methods/connection.ts";
import type { DaemonParts } from "../parts.ts";
import { refuseExisting, tenantOf } from "../store-connection.ts";
import { findEndpoints } from "./find-endpoints.ts";
import { askClient, asksClient } from "./flows/ask-client.ts";
import { asClient } from "./flows/as-client.ts";
import type { Flow } from "./flows/flow.ts";
import { inBrowser } from "./flows/in-browser.ts";
import { onDevice } from "./flows/on-device.ts";
import { withToken } from "./flows/with-token.ts";

type Authorize = Params<"login.authorize">;
type Begun = Result<"login.authorize">;

const FLOWS: Readonly<Record<Authorize["flow"], Flow>> = {
  browser: inBrowser,
  device: onDevice,
  token: withToken,
  client_credentials: asClient,
};

export async function beginLogin(params: Authorize, { parts, session }: { parts: DaemonParts; session: Session }): Promise<Begun> {
  const definition = parts.definitions.require(params.provider);
  if (params.connection !== null) checkName("connection", params.connection);
  const { flow, force, timeoutMs } = params;
  requireFlow(definition, flow);
  const profile = await parts.profiles.ensure(params.profile);
  const name = connectionName(params.connection, definition.id, profile);
  const before = refuseExisting(profile, { provider: definition.id, name }, force);
  const { provider, host: typed, flag } = locateProvider(definition, params.host, before);
  const section = requireFlow(provider, flow);
  // Some say it themselves, with the tokens.
  const isTold = section.dialect?.hostMember !== undefined && params.host === null;
  const tenant = isTold ? null : tenantOf(provider, typed ?? "");
  const which = name === "default" ? "" : ` --connection ${name}`;
  const again = `keyward login ${provider.id}${which}${isTold ? "" : flag} --flow ${flow}${force ? " --force" : ""}`;
  const context = { name: provider.name, again };
  const host = tenant === null ? null : formatAuthority(tenant);
  const endpoints = await findEndpoints({ section, flow, host, context }, parts.sendOAuth);
  const target = { profile: profile.name, provider, name, host, force, section, endpoints, context };
  const login = { ...target, params, scopes: params.scopes ?? section.scopes };
  if (params.form !== undefined && asksClient(flow)) {
    const request = askClient(login, {
      begin: (filled) => FLOWS[flow](filled, parts),
      uiPort: params.form.uiPort,
      replaces: before !== null,
    });
    return { ...(await parts.logins.start(request, session)), device: null };
  }
  const { todo, work } = await FLOWS[flow](login, parts);
  return { ...parts.logins.startGrant({ work, timeoutMs, again }, session), ...todo };
}

/** @throws OAUTH_UNSUPPORTED */
function requireFlow(provider: Provider, flow: Authorize["flow"]): OAuthSection {
  const { oauth } = provider;
  if (oauth?.flows.includes(flow) === true) return oauth;
  const what = oauth === undefined ? "no OAuth login is declared" : `its OAuth logins are: ${oauth.flows.join(", ")}`;
  throw new KeywardError("OAUTH_UNSUPPORTED", `${provider.name} has no login by '${flow}'; ${what}`, {
    hint: oauth === undefined ? `keyward login ${provider.id}` : `keyward login ${provider.id} --flow ${oauth.flows[0] ?? ""}`,
  });
}
