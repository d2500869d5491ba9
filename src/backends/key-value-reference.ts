// What a reference to HashiCorp Vault or OpenBao says: `vault://mount/path?address=…&namespace=…#field`. Pure.
// In: the part behind `vault://`. Out: its parts, or null when it is not one.

export interface KeyValueReference {
  readonly mount: string;
  readonly path: readonly string[];
  readonly field: string;
  readonly address: string | null;
  readonly namespace: string | null;
  /** null = the current one. */
  readonly version: number | null;
  readonly tokenFile: string | null;
  readonly caFile: string | null;
}

const OPTIONS = ["address", "namespace", "version", "token_file", "ca_file", "mount"];

export function parseKeyValueReference(rest: string): KeyValueReference | null {
  const match = /^([^?#]+)(?:\?([^#]*))?#([^#]+)$/.exec(rest);
  if (match === null || /\p{Cc}/u.test(rest)) return null;
  const [, location = "", query = "", field = ""] = match;
  const options = new URLSearchParams(query);
  if ([...options.keys()].some((name) => !OPTIONS.includes(name))) return null;
  // A mount may have slashes in its name; then it is said apart.
  const mount = options.get("mount");
  const segments = decodeAll(location.split("/"));
  if (segments === null) return null;
  const [first = "", ...others] = segments;
  const path = mount === null ? others : segments;
  const mountParts = (mount ?? first).split("/");
  if (path.length === 0 || [...path, ...mountParts].some((part) => part === "" || part === "." || part === "..")) return null;
  const version = options.get("version");
  if (version !== null && !/^[1-9]\d{0,8}$/.test(version)) return null;
  return {
    mount: mountParts.map(encodeURIComponent).join("/"),
    path,
    field: safeDecode(field) ?? field,
    address: options.get("address"),
    namespace: options.get("namespace"),
    version: version === null ? null : Number(version),
    tokenFile: options.get("token_file"),
    caFile: options.get("ca_file"),
  };
}

/** Where a token may be sent: https, or http to this machine itself. null = neither. */
export function parseAddress(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isLocal = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLocal);
  return isSafe && url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : null;
}

function decodeAll(segments: readonly string[]): string[] | null {
  const decoded = segments.map(safeDecode);
  return decoded.includes(null) ? null : (decoded as string[]);
}

function safeDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
