// Lints places: templates of declared fields, slots that are safe to write, hosts and paths inside the provider's own.
// In: a provider. Out: problems.
import type { JsonPath, Problem } from "../problem.ts";
import type { Place, Provider } from "../schema.ts";
import { coversPattern, globProblems, patternProblems } from "./hosts.ts";
import { slotOf, slotProblems } from "./slots.ts";

const FIELD = /\{([a-z][a-z0-9_]*)\}/g;

/** Every template of a place. */
export function placeTemplates(place: Place): string[] {
  return namedTemplates(place, []).map(([, template]) => template);
}

/** Names of the fields a template uses. */
export function templateFields(template: string): string[] {
  return [...template.matchAll(FIELD)].map(([, name]) => name ?? "");
}

export function placeProblems(provider: Provider): Problem[] {
  return provider.inject.flatMap((places, alternative) => {
    const problems = places.flatMap((place, index) => {
      const path: JsonPath = ["inject", alternative, index];
      return [...templateProblems(provider, place, path), ...slotProblems(provider, place, path), ...scopeProblems(provider, place, path)];
    });
    return [...sharedSlots(places, alternative), ...(problems.length > 0 ? problems : labelProblems(provider, places, alternative))];
  });
}

function templateProblems(provider: Provider, place: Place, path: JsonPath): Problem[] {
  const declared = new Set(provider.fields.map(({ name }) => name));
  const problems = namedTemplates(place, path).flatMap(([at, template]) => {
    const unknown = templateFields(template).find((name) => !declared.has(name));
    if (unknown !== undefined) return [{ path: at, what: `uses {${unknown}}, which 'fields' does not declare` }];
    const fixed = template.replace(FIELD, "");
    if (/[{}]/.test(fixed)) return [{ path: at, what: "has a brace that is not part of a {field}" }];
    if (/[^\x20-\x7e]/.test(fixed) || template !== template.trim())
      return [{ path: at, what: "may hold printable ASCII only, without spaces around" }];
    // A header of fixed text says what the credential beside it is; labelProblems sees to it that there is one.
    if (place.in !== "basic" && place.in !== "header" && fixed === template) return [{ path: at, what: "uses no {field}" }];
    return [];
  });
  if (place.in === "header" && problems.length === 0) problems.push(...spellingProblems(place.templates, path));
  return problems;
}

/** Spellings of one credential: each must be made of the same fields. */
function spellingProblems(templates: readonly string[], path: JsonPath): Problem[] {
  const fieldsOf = (template: string): string => [...templateFields(template)].sort().join();
  return templates.flatMap((template, index) => {
    const at = [...path, "templates", index];
    if (templates.indexOf(template) !== index) return [{ path: at, what: "is there twice" }];
    return fieldsOf(template) === fieldsOf(templates[0] ?? "") ? [] : [{ path: at, what: "uses other fields than the first spelling" }];
  });
}

function namedTemplates(place: Place, path: JsonPath): [JsonPath, string][] {
  switch (place.in) {
    case "header":
      return place.templates.map((template, index) => [[...path, "templates", index], template]);
    case "basic":
      return [
        [[...path, "username"], place.username],
        [[...path, "password"], place.password],
      ];
    case "sigv4": {
      const token: [JsonPath, string][] = place.sessionToken === undefined ? [] : [[[...path, "sessionToken"], place.sessionToken]];
      return [[[...path, "accessKey"], place.accessKey], [[...path, "secretKey"], place.secretKey], ...token];
    }
    default:
      return [[[...path, "template"], place.template]];
  }
}

function scopeProblems(provider: Provider, place: Place, path: JsonPath): Problem[] {
  const hosts = (place.hosts ?? []).flatMap((host, index) => {
    const at = [...path, "hosts", index];
    const faults = patternProblems(host, at);
    if (faults.length > 0) return faults;
    const isOwn = provider.endpoints.some((endpoint) => coversPattern(endpoint.host, host));
    return isOwn ? [] : [{ path: at, what: "is not one of the provider's endpoints" }];
  });
  return [...hosts, ...globProblems(place.paths, [...path, "paths"])];
}

/** What is no credential itself needs one beside it, for the same kind of login: alone it would never be sent. */
function labelProblems({ fields }: Provider, places: readonly Place[], alternative: number): Problem[] {
  const isCredential = (place: Place): boolean =>
    placeTemplates(place)
      .flatMap(templateFields)
      .some((name) => fields.find((field) => field.name === name)?.secret !== false);
  return places.flatMap((place, index) => {
    const has = places.some((other) => isCredential(other) && (other.when === undefined || other.when === place.when));
    if (isCredential(place) || has) return [];
    return [{ path: ["inject", alternative, index], what: "uses no {field} that is secret, and no other place of this alternative does" }];
  });
}

function areHostsApart({ hosts }: Place, other: Place): boolean {
  return hosts !== undefined && other.hosts !== undefined && !other.hosts.some((host) => hosts.includes(host));
}

/** One is for keys, the other for tokens. */
function areLoginsApart({ when }: Place, other: Place): boolean {
  return when !== undefined && other.when !== undefined && when !== other.when;
}

/** Places that are sent together cannot share a slot, unless they are for different hosts. */
function sharedSlots(places: readonly Place[], alternative: number): Problem[] {
  const seen = new Map<string, Place>();
  return places.flatMap((place, index) => {
    const slot = slotOf(place);
    const before = seen.get(slot);
    seen.set(slot, place);
    const isApart = before !== undefined && (areHostsApart(before, place) || areLoginsApart(before, place));
    // A signature covers all that leaves, so nothing can be written beside it.
    if (place.in === "sigv4" && places.length > 1) {
      return [{ path: ["inject", alternative, index], what: "signs the request, so no other place can be sent with it" }];
    }
    if (before === undefined || isApart) return [];
    return [{ path: ["inject", alternative, index], what: "writes the slot that an earlier place of this alternative writes" }];
  });
}
