// Access tokens of a Google service account: a JWT signed with its key is the grant (RFC 7523 §2.1).
// In: the account's JSON key file, scopes, and maybe the user to act for. Out: the access token. The token address is the definition's:
// a file that names another one is refused, since whoever wrote it would get what is signed.
import { KeywardError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { badAnswer } from "../oauth-error.ts";
import { normalizeAnswer } from "../answer/normalize-answer.ts";
import { askOnTime, type Reply } from "./ask.ts";
import {
  type ComputedKind,
  type ComputedRequest,
  emptyInput,
  input,
  readLine,
  type ReadContext,
  toSecrets,
  valueOf,
  wrongInput,
} from "./kind.ts";
import { parseJsonObject } from "./json-object.ts";
import { readRsaKey } from "./rsa-key.ts";
import { signJwt } from "./sign-jwt.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** Google takes an hour at most. */
const LIFE_S = 3_600;
/** Where key files have pointed over the years; the same server. */
const TOKEN_URIS = new Set([
  "https://oauth2.googleapis.com/token",
  "https://accounts.google.com/o/oauth2/token",
  "https://www.googleapis.com/oauth2/v4/token",
]);

const FILE = input("key_file", "Key file (JSON)", {
  secret: true,
  multiline: true,
  hint: "the JSON file that was made for the service account",
});
const SCOPES = input("scopes", "Scopes", { optional: true, hint: "separated by spaces; the definition's unless given" });
const SUBJECT = input("subject", "User to act for", { optional: true, hint: "with domain-wide delegation only: an e-mail address" });

export const googleServiceAccount: ComputedKind = {
  inputs: [FILE, SCOPES, SUBJECT],
  fileInput: FILE.name,

  read(typed, context) {
    const { email, keyId, pem } = readKeyFile(typed["key_file"] ?? "", context);
    const scopes = (typed["scopes"] ?? "").split(/[\s,]+/).filter((scope) => scope !== "");
    const subject = (typed["subject"] ?? "").trim();
    if (subject !== "") readLine(typed, SUBJECT, { pattern: /^[^\s@]+@[^\s@]+$/, shape: "an e-mail address", context });
    return toSecrets({
      client_email: email,
      private_key: pem,
      scopes: scopes.join(" "),
      ...(keyId === null ? {} : { key_id: keyId }),
      ...(subject === "" ? {} : { subject }),
    });
  },

  async obtain(request, ports) {
    const { source, tokenUrl } = request;
    const subject = valueOf(source, "subject");
    const keyId = valueOf(source, "key_id");
    const askedAtMs = ports.clock.nowMs();
    const reply = await askOnTime((nowMs) => {
      const iat = Math.floor(nowMs / 1_000);
      const own = { iss: valueOf(source, "client_email"), scope: valueOf(source, "scopes"), aud: tokenUrl, iat, exp: iat + LIFE_S };
      const claims = subject === "" ? own : { ...own, sub: subject };
      const assertion = signJwt(claims, valueOf(source, "private_key"), keyId === "" ? undefined : keyId);
      const body = new URLSearchParams({ grant_type: GRANT_TYPE, assertion }).toString();
      const headers = ["content-type", "application/x-www-form-urlencoded", "accept", "application/json"];
      return { method: "POST", url: tokenUrl, headers, body };
    }, ports);
    if (reply.status !== 200) throw refusal(reply, request);
    const answer = normalizeAnswer({ status: 200, type: "application/json", text: reply.text })?.json ?? {};
    const { access_token: token, expires_in: lifeS } = answer;
    if (typeof token !== "string") throw badAnswer(new URL(tokenUrl).host, "gave no access token");
    const expiresAtMs = askedAtMs + (typeof lifeS === "number" ? lifeS : LIFE_S) * 1_000;
    return { accessToken: new Secret(token), refreshToken: null, expiresAtMs, scopes: valueOf(source, "scopes").split(" ") };
  },
};

function readKeyFile(text: string, context: ReadContext): { readonly email: string; readonly keyId: string | null; readonly pem: string } {
  const bad = (message: string, hint?: string): KeywardError => wrongInput(FILE.name, message, { ...context, hint });
  if (text.trim() === "") throw emptyInput(FILE.name, FILE.label, context);
  const file = parseJsonObject(text);
  if (file === null) throw bad("this is not JSON: the key file of a service account is needed, whole");
  const { type, client_email: email, private_key: key, private_key_id: keyId, token_uri: tokenUri } = file;
  if ("installed" in file || "web" in file)
    throw bad(
      "this is the file of an OAuth client, not of a service account",
      `keyward login ${context.provider} --flow browser --client-id ID`,
    );
  if (type === "authorized_user") throw bad("this is a user's own credential (from gcloud), not the key of a service account");
  if (type !== "service_account") throw bad("this JSON is not the key of a service account ('type' is not 'service_account')");
  if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+$/.test(email)) throw bad("this key file names no service account ('client_email')");
  if (typeof key !== "string") throw bad("this key file holds no private key ('private_key')");
  if (tokenUri !== undefined && !(typeof tokenUri === "string" && TOKEN_URIS.has(tokenUri)))
    throw bad("this key file names a token address that is not Google's ('token_uri')");
  return { email, keyId: typeof keyId === "string" ? keyId : null, pem: readRsaKey(key, FILE.name, context) };
}

function refusal({ status, json }: Reply, { context }: ComputedRequest): KeywardError {
  const hint = context.again;
  if (json["error"] === "invalid_scope")
    return new KeywardError("OAUTH_SCOPE", `${context.name} does not grant these scopes (invalid_scope)`, {
      hint: `${hint} --scope SCOPE`,
    });
  if (json["error"] === "unauthorized_client")
    return new KeywardError("OAUTH_DENIED", `the service account may not act for this user with these scopes (${context.name})`, { hint });
  if (status === 400 || status === 401)
    return new KeywardError("OAUTH_CLIENT", `${context.name} does not accept the service account's key (${status})`, { hint });
  return new KeywardError("OAUTH_ANSWER", `${context.name} refused to give an access token (${status})`, { hint });
}
