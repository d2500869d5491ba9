// Rules as they are typed: host patterns and 'provider:METHODS /path'. In: text. Out: parts of a RuleLayer, or RULE_INVALID.
// It refuses whatever could be read in two ways; a rule that is misunderstood protects nothing.
import { KeywardError } from "../../core/errors.ts";
import { canonicalHost } from "../../core/host.ts";
import { PROVIDER_ID_PATTERN } from "../../core/names.ts";
import { isPlainPath } from "../../core/shapes/path-glob.ts";
import type { RequestRule } from "../../core/run.ts";

const METHOD = /^[A-Z][A-Z-]{0,31}$/;
const RULE_HINT = "for example: 'github:GET,HEAD /repos/**'";

/** `github:GET,HEAD /repos/**`, `github:* /repos/**` or `github:/repos/**`; both of the latter mean any method. @throws RULE_INVALID */
export function parseRule(text: string): RequestRule {
  const match = /^([^:]*):(?:([^\s/]*)\s+)?(\/\S*)$/.exec(text.trim());
  if (match === null) throw invalid("a rule is written PROVIDER:METHODS /PATH", RULE_HINT);
  const [, provider = "", methodText = "*", path = ""] = match;
  if (!PROVIDER_ID_PATTERN.test(provider)) throw invalid("a rule starts with the id of a provider", RULE_HINT);
  if (!isPlainPath(path) || path.includes("?")) {
    throw invalid("the path of a rule is plain: no query, '..', '//', ';', '#' or encoded slash", RULE_HINT);
  }
  const methods = methodText === "*" ? [] : methodText.toUpperCase().split(",");
  if (!methods.every((method) => METHOD.test(method))) throw invalid("the methods of a rule are names joined by commas, or *", RULE_HINT);
  return { provider, methods, path };
}

/** `api.example.com`, `*.example.com`, `**.example.com` or an address. @throws RULE_INVALID */
export function parseHostPattern(text: string): string {
  const match = /^(\*{1,2}\.)?(.*)$/.exec(text.trim());
  const [, stars = "", rest = ""] = match ?? [];
  const host = canonicalHost(rest);
  if (host !== null && (stars === "" || /[a-z]/.test(host))) return stars + host;
  throw invalid(
    "a host is a name such as api.example.com, *.example.com (one label) or **.example.com (any depth), without scheme, port or path",
  );
}

function invalid(message: string, hint?: string): KeywardError {
  return new KeywardError("RULE_INVALID", message, { hint });
}
