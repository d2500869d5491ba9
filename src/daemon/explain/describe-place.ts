// Places and rules of a decision in words. In: data of a definition or a run. Out: one line each, without any value.
import { permitsRequest } from "../../proxy/rules.ts";
import type { RequestRule, RuleLayer } from "../../core/run.ts";
import type { Place } from "../../providers/schema.ts";

export function describePlace(place: Place): string {
  switch (place.in) {
    case "header":
      return `header ${place.name}: ${place.templates[0] ?? ""}`;
    case "basic":
      return `header Authorization: Basic ${place.anyUsername ? "any user" : place.username}:${place.password}`;
    case "query":
      return `query ${place.name}=${place.template}`;
    case "path":
      return `path ${place.template}`;
    case "cookie":
      return `cookie ${place.name}=${place.template}`;
    case "form":
      return `form field ${place.name}=${place.template}, where the client sends it`;
    case "json":
      return `JSON body ${place.pointer}: ${place.template}, where the client sends it`;
    case "sigv4":
      return `AWS signature made anew with ${[place.accessKey, place.secretKey, place.sessionToken].filter((part) => part !== undefined).join(", ")}`;
  }
}

/** The rules that let the request through, each as it is typed. */
export function permittingRules(layers: readonly RuleLayer[], provider: string, request: { method: string; path: string }): string[] {
  return layers.flatMap((layer) =>
    layer.rules
      .filter((rule) => rule.provider === provider && permitsRequest([{ ...layer, rules: [rule] }], provider, request))
      .map(describeRule),
  );
}

function describeRule({ provider, methods, path }: RequestRule): string {
  return `${provider}:${methods.length === 0 ? "*" : methods.join(",")} ${path}`;
}
