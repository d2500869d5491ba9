// Header fields as node hands them over: one flat array, name and value in turn. Case, order and duplicates survive.
// In: raw arrays. Out: new raw arrays; nothing here changes its input.

/** `["Host", "api.openai.com", "Accept", "text/html"]`: even length, names as the sender spelled them. */
export type RawHeaders = readonly string[];

/** Fields that belong to one hop and are never forwarded (RFC 9110 §7.6.1), and those of the proxy itself. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-authentication-info",
  "te",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/** All values of `name` (lower case), in order. */
export function headerValues(headers: RawHeaders, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) values.push(headers[i + 1] ?? "");
  }
  return values;
}

/** The first value of `name` (lower case), or null. */
export function headerValue(headers: RawHeaders, name: string): string | null {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) return headers[i + 1] ?? "";
  }
  return null;
}

/** Keeps the fields for which `keep(lowerName, value)` is true. */
export function filterHeaders(headers: RawHeaders, keep: (name: string, value: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? "";
    const value = headers[i + 1] ?? "";
    if (keep(name.toLowerCase(), value)) kept.push(name, value);
  }
  return kept;
}

/** The lower-case names that `Connection` nominates as hop-by-hop. */
export function connectionTokens(headers: RawHeaders): Set<string> {
  const tokens = new Set<string>();
  for (const value of headerValues(headers, "connection")) {
    for (const token of value.split(",")) tokens.add(token.trim().toLowerCase());
  }
  tokens.delete("");
  return tokens;
}

export function isHopByHop(lowerName: string): boolean {
  return HOP_BY_HOP.has(lowerName);
}

/** Without hop-by-hop fields: the standard ones and those `Connection` names. */
export function withoutHopByHop(headers: RawHeaders): string[] {
  const named = connectionTokens(headers);
  return filterHeaders(headers, (name) => !HOP_BY_HOP.has(name) && !named.has(name));
}
