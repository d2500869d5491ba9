// Lints places: templates of declared fields, slots that are safe to write, hosts and paths inside the provider's own.
// In: a provider. Out: problems.
import type { JsonPath, Problem } from "../problem.ts";
import type { Place, Provider } from "../schema.ts";
import { coversPattern, globProblems, patternProblems } from "./hosts.ts";

/** Fields that frame, route or belong to one hop: a credential there would change the request's meaning. */
const FORBIDDEN_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "cookie2",
  "date",
  "expect",
  "forwarded",
  "host",
  "http2-settings",
  "keep-alive",
  "origin",
  "range",
  "referer",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "via",
]);
const FORBIDDEN_PREFIX = /^(?:proxy-|sec-|x-forwarded-)/;
const FIELD = /\{([a-z][a-z0-9_]*)\}/g;

/** Every template of a place. */
export function placeTemplates(place: Place): string[] {
  if (place.in === "header") return place.templates;
  return place.in === "basic" ? [place.username, place.password] : [place.template];
}

/** Names of the fields a template uses. */
export function templateFields(template: string): string[] {
  return [...template.matchAll(FIELD)].map(([, name]) => name ?? "");
}

export function placeProblems(provider: Provider): Problem[] {
  return provider.inject.flatMap((places, alternative) => [
    ...sharedSlots(places, alternative),
    ...places.flatMap((place, index) => {
      const path: JsonPath = ["inject", alternative, index];
      return [...templateProblems(provider, place, path), ...slotProblems(place, path), ...scopeProblems(provider, place, path)];
    }),
  ]);
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
    if (place.in !== "basic" && fixed === template) return [{ path: at, what: "uses no {field}" }];
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
  if (place.in === "header") return place.templates.map((template, index) => [[...path, "templates", index], template]);
  if (place.in === "query") return [[[...path, "template"], place.template]];
  return [
    [[...path, "username"], place.username],
    [[...path, "password"], place.password],
  ];
}

function slotProblems(place: Place, path: JsonPath): Problem[] {
  if (place.in === "query") {
    return /[^A-Za-z0-9._~-]/.test(place.name)
      ? [{ path: [...path, "name"], what: "has characters a query parameter's name cannot hold as they are" }]
      : [];
  }
  if (place.in === "header") {
    const name = place.name.toLowerCase();
    const isForbidden = FORBIDDEN_HEADERS.has(name) || FORBIDDEN_PREFIX.test(name);
    return isForbidden ? [{ path: [...path, "name"], what: "is a header that a credential is never written to" }] : [];
  }
  if (templateFields(place.username + place.password).length === 0)
    return [{ path: [...path, "password"], what: "neither half uses a {field}" }];
  if (place.username.includes(":")) return [{ path: [...path, "username"], what: "a user name cannot hold ':' (RFC 7617)" }];
  if (place.anyUsername && templateFields(place.password).length === 0) {
    return [{ path: [...path, "anyUsername"], what: "needs the credential in the password" }];
  }
  return [];
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

/** Places that are sent together cannot share a slot, unless they are for different hosts. */
function sharedSlots(places: readonly Place[], alternative: number): Problem[] {
  const seen = new Map<string, Place>();
  return places.flatMap((place, index) => {
    const slot = slotOf(place);
    const before = seen.get(slot);
    seen.set(slot, place);
    const isApart = before?.hosts !== undefined && place.hosts !== undefined && !place.hosts.some((host) => before.hosts?.includes(host));
    if (before === undefined || isApart) return [];
    return [{ path: ["inject", alternative, index], what: "writes the slot that an earlier place of this alternative writes" }];
  });
}

function slotOf(place: Place): string {
  if (place.in === "query") return `?${place.name}`;
  return place.in === "basic" ? "authorization" : place.name.toLowerCase();
}
