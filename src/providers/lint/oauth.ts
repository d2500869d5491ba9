// Lints `oauth`: every flow has the addresses it needs, the token goes into a secret field, and nothing that keyward writes itself is
// overridden. In: a provider. Out: problems.
import type { OAuthSection } from "../oauth/oauth-schema.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Provider } from "../schema.ts";
import { needsHost } from "../login/tenant.ts";

const PATH: JsonPath = ["oauth"];
const OWN_PARAMETERS = /^(?:response_type|client_id|redirect_uri|state|scope|code_challenge.*|nonce|response_mode)$/;
const ADDRESSES = ["issuer", "authorizationUrl", "tokenUrl", "deviceAuthorizationUrl", "revocationUrl", "registrationUrl"] as const;

export function oauthProblems(provider: Provider): Problem[] {
  const { oauth } = provider;
  if (oauth === undefined) return [];
  return [...fieldProblems(provider, oauth), ...addressProblems(provider, oauth), ...parameterProblems(oauth)];
}

function fieldProblems({ fields }: Provider, oauth: OAuthSection): Problem[] {
  const target = fields.find((field) => field.name === oauth.field);
  if (target?.secret !== true) return [{ path: [...PATH, "field"], what: "is not a secret field of the provider" }];
  const others = fields.filter((field) => field.name !== oauth.field && !field.optional);
  return others.map((field) => ({
    path: [...PATH, "field"],
    what: `the field '${field.name}' is required too, and OAuth gives one token only`,
  }));
}

function addressProblems(provider: Provider, oauth: OAuthSection): Problem[] {
  const problems: Problem[] = [];
  const isDiscovered = oauth.issuer !== undefined;
  const need = (name: "authorizationUrl" | "tokenUrl" | "deviceAuthorizationUrl", why: string): void => {
    if (oauth[name] === undefined && !isDiscovered) problems.push({ path: [...PATH, name], what: `is needed ${why}` });
  };
  need("tokenUrl", "without an issuer");
  if (oauth.flows.includes("browser")) need("authorizationUrl", "for the flow 'browser'");
  if (oauth.flows.includes("device")) need("deviceAuthorizationUrl", "for the flow 'device'");
  for (const name of ADDRESSES) {
    if (oauth[name]?.includes("{tenant}") === true && !needsHost(provider))
      problems.push({ path: [...PATH, name], what: "has {tenant}, but no endpoint of the provider has" });
  }
  return problems;
}

function parameterProblems({ authorizationParameters }: OAuthSection): Problem[] {
  const own = Object.keys(authorizationParameters).filter((name) => OWN_PARAMETERS.test(name));
  return own.map((name) => ({ path: [...PATH, "authorizationParameters", name], what: "is written by keyward itself" }));
}
