// Puts what authorization servers really answer into the form RFC 6749 gives: errors said with status 200, forms instead of JSON,
// numbers as text, nulls, names of their own for "bearer". In: status, type, text. Out: status and a JSON object, or null. Pure.

type Json = Record<string, unknown>;

/** Longer than any token lives; a larger number would leave the range of dates. */
const MAX_LIFETIME_S = 10 * 366 * 86_400;
/** What a device code lives when the server does not say (RFC 8628 has no default; every server known gives 10 to 30 minutes). */
const DEVICE_LIFETIME_S = 600;
/** `bot` and `user` are Slack's words for a bearer token. */
const BEARER = new Set(["bearer", "bot", "user"]);

/** Where the claims of an ID token stand in the answer after this; null = it is none. */
export const ID_TOKEN_CLAIMS = "id_token_claims";

export function normalizeAnswer(answer: {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Member that holds the tokens where the answer itself has none: Slack's `authed_user`. */
  readonly nested?: string | undefined;
}): { readonly status: number; readonly json: Json } | null {
  const parsed = answer.type === "application/x-www-form-urlencoded" ? fromForm(answer.text) : fromJson(answer.type, answer.text);
  if (parsed === null) return null;
  const json = withoutBlanks(hoist(parsed, answer.nested));
  const isError = typeof json["error"] === "string" && json["access_token"] === undefined;
  if (isError) return { status: answer.status < 400 ? 400 : answer.status, json };
  if (json["access_token"] !== undefined) tidyTokens(json);
  if (json["device_code"] !== undefined) tidyDevice(json);
  if (isClient(json)) {
    tidyClient(json);
    return { status: answer.status === 200 ? 201 : answer.status, json };
  }
  return { status: answer.status === 201 && json["access_token"] !== undefined ? 200 : answer.status, json };
}

/** A type that says neither is not read: an HTML page of a proxy on the way is no answer of the server. */
function fromJson(type: string, text: string): Json | null {
  if (type !== "application/json" && !/^application\/[a-z0-9.-]+\+json$/.test(type)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function isClient(json: Json): boolean {
  return typeof json["client_id"] === "string" && json["access_token"] === undefined && json["device_code"] === undefined;
}

function hoist(parsed: Json, nested: string | undefined): Json {
  const inner = nested === undefined ? undefined : parsed[nested];
  const isInside = typeof inner === "object" && inner !== null && !Array.isArray(inner) && "access_token" in inner;
  return isInside && (parsed["access_token"] ?? "") === "" ? { ...parsed, ...inner } : parsed;
}

function withoutBlanks(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null && value !== ""));
}

function fromForm(text: string): Json {
  return Object.fromEntries(new URLSearchParams(text));
}

function tidyTokens(json: Json): void {
  const type = json["token_type"];
  if (type === undefined || (typeof type === "string" && BEARER.has(type.toLowerCase()))) json["token_type"] = "bearer";
  setNumber(json, "expires_in", positive(json["expires_in"]));
  if (Array.isArray(json["scope"])) json["scope"] = json["scope"].join(" ");
  // Only what ties it to the login is looked at (check-id-token.ts); the library's own checks ask for more than many servers give.
  if (json["id_token"] !== undefined) json[ID_TOKEN_CLAIMS] = claimsOf(json["id_token"]);
  delete json["id_token"];
}

/** The payload of a JWS in its compact form (RFC 7515 §7.1). */
function claimsOf(token: unknown): Json | null {
  const [, payload = ""] = typeof token === "string" && token.split(".").length === 3 ? token.split(".") : [];
  return fromJson("application/json", Buffer.from(payload, "base64url").toString("utf8"));
}

/** Servers that answer 200, or leave out that the secret does not end (RFC 7591 §3.2.1). */
function tidyClient(json: Json): void {
  if (json["client_secret"] !== undefined && typeof json["client_secret_expires_at"] !== "number") json["client_secret_expires_at"] = 0;
}

function tidyDevice(json: Json): void {
  // Google's older name.
  json["verification_uri"] ??= json["verification_url"];
  setNumber(json, "expires_in", positive(json["expires_in"]) ?? DEVICE_LIFETIME_S);
  setNumber(json, "interval", positive(json["interval"]));
}

function setNumber(json: Json, name: string, value: number | null): void {
  if (value === null) delete json[name];
  else json[name] = value;
}

/** null for what is no sensible number of seconds: then it counts as not said. */
function positive(value: unknown): number | null {
  const seconds = typeof value === "string" && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds <= 0) return null;
  return Math.min(seconds, MAX_LIFETIME_S);
}
