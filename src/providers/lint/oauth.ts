// Lints `oauth`: every flow has the addresses it needs, the token goes into a secret field, and nothing that keyward writes itself is
// overridden. In: a provider. Out: problems.
import type { OAuthSection } from "../oauth/oauth-schema.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Place, Provider } from "../schema.ts";
import { needsHost } from "../login/tenant.ts";
import { placeTemplates, templateFields } from "./places.ts";

const PATH: JsonPath = ["oauth"];
const OWN_PARAMETERS = /^(?:response_type|client_id|redirect_uri|state|scope|code_challenge.*|nonce|response_mode)$/;
const ADDRESSES = ["issuer", "authorizationUrl", "tokenUrl", "deviceAuthorizationUrl", "revocationUrl", "registrationUrl"] as const;

export function oauthProblems(provider: Provider): Problem[] {
  const { oauth } = provider;
  if (oauth === undefined) return [];
  return [
    ...fieldProblems(provider, oauth),
    ...addressProblems(provider, oauth),
    ...dialectProblems(provider, oauth),
    ...parameterProblems(oauth),
  ];
}

function fieldProblems(provider: Provider, oauth: OAuthSection): Problem[] {
  const target = provider.fields.find((field) => field.name === oauth.field);
  if (target?.secret !== true) return [{ path: [...PATH, "field"], what: "is not a secret field of the provider" }];
  return [...needlessFields(provider, oauth), ...clientIdProblems(provider, oauth), ...placeProblems(provider, oauth)];
}

/** A place for tokens must get by with what an OAuth login gives: the token, and the client's id where a field takes it. */
function needlessFields(provider: Provider, oauth: OAuthSection): Problem[] {
  const given = new Set([oauth.field, ...(oauth.clientIdField === undefined ? [] : [oauth.clientIdField])]);
  return tokenPlaces(provider).flatMap(([place, path]) => {
    const missing = placeTemplates(place)
      .flatMap(templateFields)
      .find((name) => !given.has(name));
    const isOptional = provider.fields.some(({ name, optional }) => name === missing && optional);
    if (missing === undefined || isOptional) return [];
    return [{ path, what: `uses {${missing}}, and OAuth gives one token only; say "when": "key", or "oauth" for a place of its own` }];
  });
}

function clientIdProblems({ fields }: Provider, { clientIdField }: OAuthSection): Problem[] {
  if (clientIdField === undefined || fields.some(({ name, secret }) => name === clientIdField && !secret)) return [];
  return [{ path: [...PATH, "clientIdField"], what: "is not a field of the provider that may be shown ('secret': false)" }];
}

function placeProblems(provider: Provider, { field }: OAuthSection): Problem[] {
  const isUsed = tokenPlaces(provider).some(([place]) => placeTemplates(place).flatMap(templateFields).includes(field));
  return isUsed ? [] : [{ path: [...PATH, "field"], what: "goes into no place that is there for tokens" }];
}

function tokenPlaces({ inject }: Provider): [Place, JsonPath][] {
  return inject.flatMap((places, alternative) =>
    places.flatMap((place, index): [Place, JsonPath][] => (place.when === "key" ? [] : [[place, ["inject", alternative, index]]])),
  );
}

function addressProblems(provider: Provider, oauth: OAuthSection): Problem[] {
  const problems: Problem[] = [];
  const isDiscovered = oauth.issuer !== undefined || oauth.resource !== undefined;
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

function dialectProblems(provider: Provider, oauth: OAuthSection): Problem[] {
  const { hostMember, refreshUrl } = oauth.dialect ?? {};
  const path = [...PATH, "dialect"];
  const isTenant = refreshUrl?.includes("{tenant}") === true && !needsHost(provider);
  const problems: Problem[] = isTenant
    ? [{ path: [...path, "refreshUrl"], what: "has {tenant}, but no endpoint of the provider has" }]
    : [];
  if (hostMember === undefined) return problems;
  if (!needsHost(provider)) problems.push({ path: [...path, "hostMember"], what: "names a host, but no endpoint has {tenant}" });
  // The host is known only when the tokens are here.
  const early = ADDRESSES.find((name) => oauth[name]?.includes("{tenant}") === true);
  if (early !== undefined) problems.push({ path: [...PATH, early], what: "has {tenant}, which the answer names only after it was asked" });
  return problems;
}

function parameterProblems({ authorizationParameters }: OAuthSection): Problem[] {
  const own = Object.keys(authorizationParameters).filter((name) => OWN_PARAMETERS.test(name));
  return own.map((name) => ({ path: [...PATH, "authorizationParameters", name], what: "is written by keyward itself" }));
}
