// Lints where a place stands: headers that frame or route are never written, a path has one segment with the credential, a signature
// is made last and alone. In: a place. Out: problems.
import type { JsonPath, Problem } from "../problem.ts";
import { pathGlob } from "../match.ts";
import type { BasicPlace, PathPlace, Place, Provider, SigV4Place } from "../schema.ts";
import { globProblems } from "./hosts.ts";

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

export function slotProblems(provider: Provider, place: Place, path: JsonPath): Problem[] {
  switch (place.in) {
    case "header": {
      const name = place.name.toLowerCase();
      const isForbidden = FORBIDDEN_HEADERS.has(name) || FORBIDDEN_PREFIX.test(name);
      return isForbidden ? [{ path: [...path, "name"], what: "is a header that a credential is never written to" }] : [];
    }
    case "basic":
      return basicProblems(place, path);
    case "query":
      return /[^A-Za-z0-9._~-]/.test(place.name)
        ? [{ path: [...path, "name"], what: "has characters a query parameter's name cannot hold as they are" }]
        : [];
    case "path":
      return segmentProblems(place, [...path, "template"]);
    case "sigv4":
      return signatureProblems(provider, place, path);
    default:
      return [];
  }
}

/** What a place writes; two places of one alternative cannot write the same. */
export function slotOf(place: Place): string {
  switch (place.in) {
    case "header":
      return place.name.toLowerCase();
    case "basic":
    case "sigv4":
      return "authorization";
    case "query":
      return `?${place.name}`;
    case "path":
      return place.template;
    case "json":
      return `json ${place.pointer}`;
    default:
      return `${place.in} ${place.name}`;
  }
}

function basicProblems(place: BasicPlace, path: JsonPath): Problem[] {
  const hasField = (template: string): boolean => template.includes("{");
  if (!hasField(place.username) && !hasField(place.password)) return [{ path: [...path, "password"], what: "neither half uses a {field}" }];
  if (place.username.includes(":")) return [{ path: [...path, "username"], what: "a user name cannot hold ':' (RFC 7617)" }];
  if (place.anyUsername && !hasField(place.password)) {
    return [{ path: [...path, "anyUsername"], what: "needs the credential in the password" }];
  }
  return [];
}

/** The segment is found by counting, so nothing before it may stand for several. */
function segmentProblems(place: PathPlace, path: JsonPath): Problem[] {
  const segments = place.template.split("/");
  const at = segments.findIndex((segment) => segment.includes("{"));
  if (segments.filter((segment) => segment.includes("{")).length !== 1) return [{ path, what: "needs a {field} in exactly one segment" }];
  if (segments[at]?.includes("*")) return [{ path, what: "has '*' in the segment of the credential" }];
  if (segments.slice(0, at).includes("**")) return [{ path, what: "has '**' before the segment of the credential" }];
  return globProblems([pathGlob(place)], path).map((problem) => ({ ...problem, path }));
}

/** The child's signature shows the access key id alone, so that is what must tell connections apart. */
function signatureProblems(provider: Provider, place: SigV4Place, path: JsonPath): Problem[] {
  const own = provider.fields.find((field) => place.accessKey === `{${field.name}}`);
  if (own === undefined) return [{ path: [...path, "accessKey"], what: "must be one {field}" }];
  return own.secret ? [] : [{ path: [...path, "accessKey"], what: "needs a secret field: its placeholder names the connection" }];
}
