// Runs the examples of a definition: each 'METHOD URL' line of `match` must be injected, none of `ignore` may be.
// In: a provider. Out: how many held, and a line for each that did not. Pure; the URL is taken as written, not normalised.
import { parseAuthority } from "../core/host.ts";
import { matchPlaces } from "./match.ts";
import type { Provider } from "./schema.ts";

export interface ExampleReport {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** `TRACE` echoes headers and `CONNECT` has no path: the proxy never injects into either. */
const EXAMPLE = /^([A-Z]+) (https?|wss?):\/\/([^/?#\s]+)(\/[^?\s]*)?(?:\?\S*)?$/;
const NEVER_INJECTED = new Set(["TRACE", "CONNECT"]);

export function runExamples(provider: Provider): ExampleReport {
  const failures: string[] = [];
  const { match, ignore } = provider.examples;
  for (const [list, lines] of Object.entries({ match, ignore })) {
    lines.forEach((line, index) => {
      const fault = exampleFault(isInjected(provider, line), list === "match");
      if (fault !== null) failures.push(`examples.${list}[${index}]: ${fault}`);
    });
  }
  return { passed: match.length + ignore.length - failures.length, failures };
}

function exampleFault(injected: boolean | null, wanted: boolean): string | null {
  if (injected === null) return "is not a 'METHOD URL' line";
  if (injected === wanted) return null;
  return wanted ? "would not be injected" : "would be injected";
}

/** null: not a line that can be read. */
function isInjected(provider: Provider, line: string): boolean | null {
  const parts = EXAMPLE.exec(line);
  if (parts === null) return null;
  const [, method = "", scheme = "", host = "", path = "/"] = parts;
  // Only TLS is intercepted; a host that is not canonical is refused before any provider is asked.
  if (NEVER_INJECTED.has(method) || scheme === "http" || scheme === "ws") return false;
  const authority = parseAuthority(host, 443);
  if (authority === null) return false;
  const alternatives = matchPlaces(provider, { ...authority, path });
  return alternatives !== null && alternatives.length > 0;
}
