// The client an OAuth login speaks as: the one the command names, one that an earlier login used, or one registered just now.
// In: what was given. Out: a client. Where there is none, it says how the person gets one.
import type { Params } from "../../control/protocol.ts";
import { KeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { OAuthClient } from "../../oauth/endpoints.ts";
import { registerClient } from "../../oauth/metadata/register-client.ts";
import type { OAuthSection } from "../../providers/oauth/oauth-schema.ts";
import type { OAuthGrant } from "../../store/profile-store.ts";
import type { DaemonParts } from "../parts.ts";
import type { GrantTarget } from "./keep-tokens.ts";

export type ClientQuestion = GrantTarget & {
  readonly params: Pick<Params<"login.authorize">, "clientId" | "clientSecret">;
  readonly scopes: readonly string[];
  /** null: the flow has none. */
  readonly redirectUri: string | null;
  /** The flow is for clients with a secret only, whatever the definition says. */
  readonly needsSecret?: boolean;
};

export interface ChosenClient extends OAuthClient {
  /** The redirect address, or "device", that keyward registered it for; absent = a person brought it. */
  readonly registeredFor?: string;
}

type Parts = Pick<DaemonParts, "sendOAuth" | "profiles">;
const WITHOUT_REDIRECT = "device";

/** @throws OAUTH_CLIENT */
export async function chooseClient(question: ClientQuestion, parts: Parts): Promise<ChosenClient> {
  const { params, section, endpoints, redirectUri, context, needsSecret } = question;
  const given = params.clientSecret === null || params.clientSecret.trim() === "" ? null : new Secret(params.clientSecret.trim());
  const kept = await keptClients(question, parts);
  if (params.clientId !== null) {
    const secret = given ?? kept.find(({ id }) => id === params.clientId)?.secret ?? null;
    return requireSecret({ id: params.clientId, secret, auth: section.clientAuth }, question);
  }
  // One that registered itself serves only where it said it would be: a server may compare the port too.
  const place = redirectUri ?? WITHOUT_REDIRECT;
  const [known] = kept.filter(({ registeredFor }) => registeredFor === undefined || registeredFor === place);
  if (known !== undefined) return requireSecret({ ...known, secret: given ?? known.secret }, question);
  const { registrationUrl } = endpoints;
  if (registrationUrl === null || needsSecret === true) throw noClient(question, "id");
  const { scopes } = question;
  const client = await registerClient({ endpoints: { ...endpoints, registrationUrl }, scopes, redirectUri, context }, parts.sendOAuth);
  return { ...client, registeredFor: place };
}

/** Of the client that registered itself for the login that is replaced; null = there is none. */
export async function portRegisteredFor(target: GrantTarget & Pick<ClientQuestion, "params">, parts: Parts): Promise<number | null> {
  if (target.params.clientId !== null) return null;
  const registered = (await keptClients(target, parts)).flatMap(({ registeredFor = "" }) => registeredFor);
  const url = registered.find((text) => URL.canParse(text));
  return url === undefined ? null : Number(new URL(url).port);
}

/** Of the provider's connections at the same server: that of the login that is replaced first, then the default one's. */
async function keptClients({ profile, provider, name, endpoints }: GrantTarget, { profiles }: Parts): Promise<ChosenClient[]> {
  const { store } = await profiles.ensure(profile);
  const own = store.connections.list().filter((connection) => connection.provider === provider.id);
  const rank = (connection: (typeof own)[number]): number => (connection.name === name ? 0 : connection.isDefault ? 1 : 2);
  return own
    .sort((a, b) => rank(a) - rank(b))
    .map((connection) => store.connections.grant(connection))
    .filter((grant): grant is OAuthGrant => grant !== null && grant.tokenUrl === endpoints.tokenUrl && grant.clientId !== "")
    .map((grant) => ({
      id: grant.clientId,
      secret: grant.clientSecret,
      auth: grant.clientAuth,
      ...(grant.registeredFor === undefined ? {} : { registeredFor: grant.registeredFor }),
    }));
}

function requireSecret(client: ChosenClient, question: ClientQuestion): ChosenClient {
  if (client.secret === null && question.section.emptySecret) return { ...client, secret: new Secret("") };
  const isRequired = question.section.clientSecret === "required" || question.needsSecret === true;
  if (client.secret === null && isRequired) throw noClient(question, "secret");
  return client;
}

function noClient({ provider, section, context, redirectUri, needsSecret }: ClientQuestion, missing: "id" | "secret"): KeywardError {
  const address = redirectUri === null ? "" : ` (redirect address ${redirectAddress(section)})`;
  const page = section.clientsUrl === undefined ? "" : ` at ${section.clientsUrl}`;
  const secret = section.clientSecret === "required" || needsSecret === true ? " --stdin" : "";
  return new KeywardError(
    "OAUTH_CLIENT",
    `the client ${missing} is needed to log in to ${provider.name}: ${lowerFirst(section.howToGetClientId)}${page}${address}`,
    {
      hint: `${context.again} --client-id ID${secret}`,
      detail: { missing },
    },
  );
}

/** As a person enters it at the provider. */
export function redirectAddress({ redirect: { host, port } }: OAuthSection): string {
  return `http://${host}${port === 0 ? "" : `:${port}`}/callback`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, "")}`;
}
