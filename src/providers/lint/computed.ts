// Lints `computed`: each flow once, with the address and the fields it needs. In: a provider. Out: problems.
import type { ComputedSection } from "../oauth/computed-schema.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Provider } from "../schema.ts";
import { placeTemplates, templateFields } from "./places.ts";

/** Three at once: what a SigV4 place signs with (oauth/computed/aws). */
const AWS_FIELDS = ["access_key_id", "secret_access_key", "session_token"];
const NEEDS: Readonly<
  Record<ComputedSection["flow"], { readonly variable: string | null; readonly isAws: boolean; readonly isTraded: boolean }>
> = {
  app: { variable: "{installation_id}", isAws: false, isTraded: true },
  "service-account": { variable: null, isAws: false, isTraded: true },
  "assume-role": { variable: "{region}", isAws: true, isTraded: true },
  sso: { variable: "{region}", isAws: true, isTraded: true },
  "key-pair": { variable: null, isAws: false, isTraded: false },
};

export function computedProblems(provider: Provider): Problem[] {
  return (provider.computed ?? []).flatMap((section, index) => {
    const path: JsonPath = ["computed", index];
    const isTwice = provider.computed?.findIndex(({ flow }) => flow === section.flow) !== index;
    const twice = isTwice ? [{ path: [...path, "flow"], what: "is there twice" }] : [];
    return [...twice, ...addressProblems(section, path), ...fieldProblems(provider, section, path)];
  });
}

function addressProblems({ flow, tokenUrl, refreshUrl, selfHostedUrl }: ComputedSection, path: JsonPath): Problem[] {
  const { variable, isTraded } = NEEDS[flow];
  const at = [...path, "tokenUrl"];
  if (!isTraded) return tokenUrl === undefined ? [] : [{ path: at, what: `is not used by the flow '${flow}', which trades nothing` }];
  if (tokenUrl === undefined) return [{ path: at, what: `is needed by the flow '${flow}'` }];
  return Object.entries({ tokenUrl, refreshUrl, selfHostedUrl }).flatMap(([name, url]) => {
    const unknown = url?.match(/\{[^}]*\}/g)?.find((found) => found !== variable && found !== "{base}");
    if (unknown !== undefined) return [{ path: [...path, name], what: `has ${unknown}, which the flow '${flow}' does not know` }];
    const isMissing = name === "tokenUrl" && variable === "{installation_id}" && url?.includes(variable) === false;
    return isMissing ? [{ path: [...path, name], what: `lacks ${variable}` }] : [];
  });
}

function fieldProblems(provider: Provider, { flow, field }: ComputedSection, path: JsonPath): Problem[] {
  const names = NEEDS[flow].isAws ? AWS_FIELDS : [field];
  const places = provider.inject.flat().filter(({ when }) => when !== "key");
  const used = new Set(places.flatMap((place) => placeTemplates(place).flatMap(templateFields)));
  return names.flatMap((name) => {
    const isSecret = provider.fields.some((each) => each.name === name && each.secret);
    if (!isSecret) return [{ path: [...path, "field"], what: `'${name}' is not a secret field of the provider` }];
    return used.has(name) ? [] : [{ path: [...path, "field"], what: `'${name}' goes into no place that is there for tokens` }];
  });
}
