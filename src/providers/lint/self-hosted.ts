// Lints `selfHosted`: every host it moves is one of the definition's, one of them becomes the base itself, and a login there has the
// addresses it needs. In: a provider. Out: problems.
import { atBase, parseBaseUrl } from "../login/self-hosted.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Provider } from "../schema.ts";
import { globProblems } from "./hosts.ts";

const PATH: JsonPath = ["selfHosted"];

export function selfHostedProblems(provider: Provider): Problem[] {
  const { selfHosted, endpoints } = provider;
  if (selfHosted === undefined) return [];
  const problems = selfHosted.hosts.flatMap(({ from, paths }, index): Problem[] => {
    const path: JsonPath = [...PATH, "hosts", index];
    const first = selfHosted.hosts.findIndex((other) => other.from === from);
    return [
      ...(endpoints.some(({ host }) => host === from) ? [] : [{ path: [...path, "from"], what: "is not an exact host of 'endpoints'" }]),
      ...(first === index ? [] : [{ path: [...path, "from"], what: `is already hosts[${first}]` }]),
      ...globProblems(paths, [...path, "paths"]),
    ];
  });
  if (!selfHosted.hosts.some(({ to }) => to === "{base}"))
    problems.push({ path: [...PATH, "hosts"], what: "none of them becomes {base} itself, which is how a connection there is known" });
  return problems.length > 0 ? problems : exampleProblems(provider, selfHosted.example);
}

function exampleProblems(provider: Provider, example: string): Problem[] {
  const base = parseBaseUrl(example);
  if (base === null) return [{ path: [...PATH, "example"], what: "is not a base URL" }];
  const there = atBase(provider, base);
  if (there === provider) return [{ path: [...PATH, "example"], what: "is the public service, not a server of the user's own" }];
  if (there.inject.length === 0) return [{ path: [...PATH, "hosts"], what: "no place of 'inject' is left there" }];
  const { oauth } = there;
  if (provider.oauth === undefined || (oauth !== undefined && (oauth.issuer !== undefined || hasAddresses(oauth)))) return [];
  return [{ path: [...PATH, "hosts"], what: "the OAuth addresses are on hosts that are not named here" }];
}

function hasAddresses(oauth: NonNullable<Provider["oauth"]>): boolean {
  const isReady = (flow: string, address: string | undefined): boolean => !oauth.flows.some((one) => one === flow) || address !== undefined;
  return oauth.tokenUrl !== undefined && isReady("browser", oauth.authorizationUrl) && isReady("device", oauth.deviceAuthorizationUrl);
}
