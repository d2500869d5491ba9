// What a tool says at a token endpoint: who it is, and which refresh token it wants to trade.
// In: the request's head and its whole body. Out: a TokenRequest; nothing known of what is in no form that RFC 6749 has. Pure.
import type { Outgoing } from "../../core/exchange.ts";
import { headerValues } from "../../core/headers.ts";
import { Secret } from "../../core/secret.ts";
import { hasMediaType } from "../body/media-type.ts";
import { decodeBasic } from "../steps/admit.ts";
import type { TokenClient } from "./capture-port.ts";

export interface TokenRequest {
  readonly client: TokenClient;
  /** As it stands in the body: a placeholder, or a token that the tool had before. */
  readonly refreshToken: string | null;
  readonly scopes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json$/;
const FORM_TYPE = /^application\/x-www-form-urlencoded$/;

export function readTokenRequest(head: Outgoing, body: Buffer): TokenRequest {
  const isJson = hasMediaType(head, JSON_TYPE);
  const fields = isJson ? fromJson(body) : hasMediaType(head, FORM_TYPE) ? fromForm(body) : {};
  const text = (name: string): string | null => (typeof fields[name] === "string" && fields[name] !== "" ? fields[name] : null);
  const basic = headerValues(head.headers, "authorization")
    .map(decodeBasic)
    .find((pair) => pair !== null);
  const secret = basic === undefined ? text("client_secret") : decodePart(basic.password);
  const client: TokenClient = {
    id: basic === undefined ? (text("client_id") ?? "") : decodePart(basic.user),
    secret: secret === null || secret === "" ? null : new Secret(secret),
    auth: basic === undefined ? "post" : "basic",
    body: isJson ? "json" : "form",
  };
  const scopes = (text("scope") ?? "").split(/[\s,]+/).filter((one) => one !== "");
  return { client, refreshToken: text("refresh_token"), scopes };
}

function fromJson(body: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

function fromForm(body: Buffer): Fields {
  return Object.fromEntries(new URLSearchParams(body.toString("utf8")));
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are put together. */
function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
