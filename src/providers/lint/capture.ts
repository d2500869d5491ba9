// Lints `capture`: a token goes into a secret field that is sent somewhere, answers are read in one way only, and a login that a tool
// makes can be stored without a question. In: a provider. Out: problems.
import { needsHost } from "../login/tenant.ts";
import type { Capture } from "../oauth/capture-schema.ts";
import type { JsonPath, Problem } from "../problem.ts";
import type { Provider } from "../schema.ts";
import { placeTemplates, templateFields } from "./places.ts";

export function captureProblems(provider: Provider): Problem[] {
  const { capture = [] } = provider;
  if (capture.length > 0 && needsHost(provider))
    return [{ path: ["capture"], what: "cannot be used with {tenant}: nobody is asked for the host" }];
  return capture.flatMap((entry, index) => entryProblems(provider, entry, ["capture", index]));
}

function entryProblems(provider: Provider, { host, port, paths, tokens }: Capture, path: JsonPath): Problem[] {
  const problems: Problem[] = [];
  const twice = (provider.capture ?? []).filter(
    (other) => other.host === host && other.port === port && other.paths.some((glob) => paths.includes(glob)),
  );
  if (twice.length > 1) problems.push({ path: [...path, "paths"], what: "are declared twice" });
  // "/**/token" would hold back answers of half an API.
  const wide = paths.findIndex((glob) => glob.includes("**"));
  if (wide >= 0) problems.push({ path: [...path, "paths", wide], what: "may not have '**': every answer there is held until it is whole" });
  const seen = new Set<string>();
  for (const [at, set] of tokens.entries()) {
    const here = [...path, "tokens", at];
    for (const name of ["access", "refresh"] as const) {
      if (seen.has(set[name])) problems.push({ path: [...here, name], what: "stands for another token already" });
      seen.add(set[name]);
    }
    problems.push(...fieldProblems(provider, set.field, [...here, "field"]));
  }
  return problems;
}

function fieldProblems({ fields, inject, oauth }: Provider, field: string, path: JsonPath): Problem[] {
  if (!fields.some(({ name, secret }) => name === field && secret)) return [{ path, what: "is not a secret field of the provider" }];
  const places = inject.flat().filter(({ when }) => when !== "key");
  if (!places.some((place) => placeTemplates(place).flatMap(templateFields).includes(field)))
    return [{ path, what: "goes into no place that is there for tokens" }];
  const missing = fields.find(({ name, optional }) => name !== field && !optional && name !== oauth?.clientIdField);
  return missing === undefined ? [] : [{ path, what: `is not all that a connection needs: '${missing.name}' comes with no answer` }];
}
