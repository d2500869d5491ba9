// The client an OAuth login speaks as: the one the command names, the one of the login it replaces, or one registered just now.
// In: what was given. Out: a client. Where there is none, it says how the person gets one.
import type { Params } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { OAuthClient } from "../../oauth/endpoints.ts";
import { registerClient } from "../../oauth/register-client.ts";
import type { DaemonParts } from "../parts.ts";
import type { GrantTarget } from "./keep-tokens.ts";

export type ClientQuestion = GrantTarget & {
  readonly params: Pick<Params<"login.authorize">, "clientId" | "clientSecret">;
  readonly scopes: readonly string[];
  readonly redirectUri: string | null;
};

/** @throws OAUTH_CLIENT */
export async function chooseClient(question: ClientQuestion, parts: Pick<DaemonParts, "sendOAuth" | "profiles">): Promise<OAuthClient> {
  const { params, section, endpoints, context } = question;
  const given = params.clientSecret === null || params.clientSecret.trim() === "" ? null : new Secret(params.clientSecret.trim());
  const kept = await keptClient(question, parts);
  if (params.clientId !== null) {
    const secret = given ?? (kept?.id === params.clientId ? kept.secret : null);
    return requireSecret({ id: params.clientId, secret, auth: section.clientAuth }, question);
  }
  if (kept !== null) return requireSecret({ ...kept, secret: given ?? kept.secret }, question);
  const { registrationUrl } = endpoints;
  if (registrationUrl !== null) {
    const { scopes, redirectUri } = question;
    return registerClient({ endpoints: { ...endpoints, registrationUrl }, scopes, redirectUri, context }, parts.sendOAuth);
  }
  throw noClient(question, "id");
}

/** Of the login that is replaced, when it is a client of the same server. */
async function keptClient(
  { profile, provider, name, endpoints }: GrantTarget,
  parts: Pick<DaemonParts, "profiles">,
): Promise<OAuthClient | null> {
  const grant = (await parts.profiles.ensure(profile)).store.connections.grant({ provider: provider.id, name });
  if (grant === null || grant.tokenUrl !== endpoints.tokenUrl) return null;
  return { id: grant.clientId, secret: grant.clientSecret, auth: grant.clientAuth };
}

function requireSecret(client: OAuthClient, question: ClientQuestion): OAuthClient {
  if (client.secret === null && question.section.clientSecret === "required") throw noClient(question, "secret");
  return client;
}

function noClient({ provider, section, context, redirectUri }: ClientQuestion, missing: "id" | "secret"): KeywardError {
  const { port, host } = section.redirect;
  const address = redirectUri === null ? "" : ` (redirect address http://${host}${port === 0 ? "" : `:${port}`}/callback)`;
  const page = section.clientsUrl === undefined ? "" : ` at ${section.clientsUrl}`;
  const secret = section.clientSecret === "required" ? " --stdin" : "";
  return new KeywardError(
    "OAUTH_CLIENT",
    `the client ${missing} is needed to log in to ${provider.name}: ${lowerFirst(section.howToGetClientId)}${page}${address}`,
    {
      hint: `${context.again} --client-id ID${secret}`,
      detail: { missing },
    },
  );
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, "")}`;
}
