// Rule layers of a run, decided: may this run reach this host, and may it send this request to that provider?
// In: layers and a host or a method and path. Out: null (permitted) or why not. Pure. Every layer must agree, so a
// further layer (a project file) can only narrow.
import { hostMatches } from "../core/host.ts";
import { globMatches } from "../core/shapes/path-glob.ts";
import type { RuleLayer } from "../core/run.ts";

/** Why the host is refused, or null. `isBound`: a bound provider owns host and port. */
export function refuseHost(layers: readonly RuleLayer[], host: string, isBound: boolean): string | null {
  for (const layer of layers) {
    if (layer.deny.some((pattern) => hostMatches(pattern, host))) return "the run denies this host";
    if (layer.denyUnmatched && !isBound && !layer.allow.some((pattern) => hostMatches(pattern, host))) {
      return "the run denies hosts that are neither bound nor allowed";
    }
  }
  return null;
}

/** Do any of the layers hold rules for this provider? Then paths must be plain before anything is decided. */
export function hasRequestRules(layers: readonly RuleLayer[], provider: string): boolean {
  return layers.some((layer) => layer.rules.some((rule) => rule.provider === provider));
}

/** Is the request permitted for this provider by every layer that has rules for it? */
export function permitsRequest(layers: readonly RuleLayer[], provider: string, request: { method: string; path: string }): boolean {
  return layers.every((layer) => {
    const rules = layer.rules.filter((rule) => rule.provider === provider);
    return rules.length === 0 || rules.some((rule) => fits(rule.methods, request.method) && globMatches(rule.path, request.path));
  });
}

function fits(methods: readonly string[], method: string): boolean {
  return methods.length === 0 || methods.includes(method);
}
