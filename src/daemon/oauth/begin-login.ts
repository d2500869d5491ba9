// login.authorize: begins an OAuth login in one of its three flows and says what the person has to do.
// In: the provider, the flow, scopes, the client. Out: an address or a code to show; the connection is stored by the login's own work
// when the tokens are here, in one step. Before that nothing is written, and every way it can fail is one error of the table.
import type { Params, Result } from "../../control/protocol.ts";
import type { Session } from "../../control/server.ts";
import { KeywardError } from "../../core/errors.ts";
import { formatAuthority } from "../../core/host.ts";
import { checkName } from "../../core/names.ts";
import { prepareAuthorization } from "../../oauth/authorization-code.ts";
import { startDevice } from "../../oauth/device-flow.ts";
import { listenForRedirect } from "../../oauth/redirect-listener.ts";
import { refreshTokens } from "../../oauth/refresh-tokens.ts";
import { Secret } from "../../core/secret.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";
import type { Provider } from "../../providers/schema.ts";
import type { GrantWork } from "../logins/grant-login.ts";
import { connectionName } from "../methods/connection.ts";
import type { DaemonParts } from "../parts.ts";
import { refuseExisting, tenantOf } from "../store-connection.ts";
import { chooseClient } from "./choose-client.ts";
import { findEndpoints } from "./find-endpoints.ts";
import { type GrantTarget, keepTokens } from "./keep-tokens.ts";
import { pause } from "./pause.ts";

type Authorize = Params<"login.authorize">;
type Begun = Result<"login.authorize">;
type Todo = Pick<Begun, "url" | "device">;

export async function beginLogin(params: Authorize, { parts, session }: { parts: DaemonParts; session: Session }): Promise<Begun> {
  const provider = parts.definitions.require(params.provider);
  if (params.connection !== null) checkName("connection", params.connection);
  const section = requireFlow(provider, params.flow);
  const profile = await parts.profiles.ensure(params.profile);
  const name = connectionName(params.connection, provider.id, profile);
  refuseExisting(profile, { provider: provider.id, name }, params.force);
  const tenant = tenantOf(provider, params.host ?? "");
  const again = `keyward login ${provider.id}${name === "default" ? "" : ` --connection ${name}`} --flow ${params.flow}`;
  const context = { name: provider.name, again };
  const host = tenant === null ? null : formatAuthority(tenant);
  const endpoints = await findEndpoints({ section, host, context }, parts.sendOAuth);
  const target = { profile: profile.name, provider, name, host, force: params.force, section, endpoints, context };
  const { todo, work } = await FLOWS[params.flow]({ ...target, params, scopes: params.scopes ?? section.scopes }, parts);
  return { ...parts.logins.startGrant({ work, timeoutMs: params.timeoutMs, again }, session), ...todo };
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

type FlowLogin = GrantTarget & { readonly params: Authorize; readonly scopes: readonly string[] };
type Flow = (login: FlowLogin, parts: DaemonParts) => Promise<{ readonly todo: Todo; readonly work: GrantWork }>;

const inBrowser: Flow = async (login, parts) => {
  const { params, scopes, section, endpoints, context } = login;
  // Bound before the browser opens, so that nobody else can be there when it comes back.
  const listener = await listenForRedirect({ host: section.redirect.host, port: params.redirectPort ?? section.redirect.port });
  try {
    const client = await chooseClient({ ...login, redirectUri: listener.redirectUri }, parts);
    const { scopeSeparator, pkce, authorizationParameters: extra } = section;
    const request = { endpoints, client, scopes, scopeSeparator, redirectUri: listener.redirectUri, pkce, extra, context };
    const prepared = await prepareAuthorization(request);
    const work: GrantWork = async (signal) => {
      signal.addEventListener("abort", () => listener.close(), { once: true });
      const { query, respond } = await listener.arrived;
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
};

const onDevice: Flow = async (login, parts) => {
  const client = await chooseClient({ ...login, redirectUri: null }, parts);
  const { endpoints, scopes, context } = login;
  let wait: (ms: number) => Promise<void> = () => Promise.resolve();
  const ports = { send: parts.sendOAuth, clock: parts.clock, wait: (ms: number) => wait(ms) };
  const device = await startDevice({ endpoints, client, scopes, context }, ports);
  const { userCode, verificationUrl, completeUrl } = device;
  const work: GrantWork = async (signal) => {
    wait = (ms) => pause(ms, signal);
    return keepTokens({ ...login, client, signal }, await device.poll(), parts);
  };
  return { todo: { url: null, device: { userCode, verificationUrl, completeUrl } }, work };
};

/** The pasted token is traded at once: that proves it, and what is stored is what the server gave for it. */
const withToken: Flow = async (login, parts) => {
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
};

const FLOWS: Readonly<Record<Authorize["flow"], Flow>> = { browser: inBrowser, device: onDevice, token: withToken };
