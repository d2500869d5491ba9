// Installation tokens of a GitHub App: a JWT signed with the app's key is traded for a token of one installation (an hour long).
// In: app id or client id, installation id, RSA key. Out: the installation token.
import { Secret } from "../../core/secret.ts";
import { KeywardError } from "../../core/errors.ts";
import { badAnswer } from "../oauth-error.ts";
import { askOnTime, localTime, type Reply } from "./ask.ts";
import { type ComputedKind, type ComputedRequest, input, readLine, toSecrets, valueOf } from "./kind.ts";
import { readRsaKey } from "./rsa-key.ts";
import { signJwt } from "./sign-jwt.ts";

/** GitHub takes ten minutes at most, counted by its own clock; a minute back allows for drift, as its documents advise. */
const LIFE_S = 540;
const DRIFT_S = 60;

const APP = input("app_id", "App id or client id", { hint: "on the app's settings page: digits, or Iv1… / Iv23…" });
const INSTALLATION = input("installation_id", "Installation id", { hint: "the digits at the end of the installation's settings address" });
const KEY = input("private_key", "Private key (PEM)", {
  secret: true,
  multiline: true,
  hint: "the .pem file that GitHub made for the app",
});

export const githubApp: ComputedKind = {
  inputs: [APP, INSTALLATION, KEY],
  fileInput: KEY.name,

  read(typed, context) {
    return toSecrets({
      app_id: readLine(typed, APP, {
        pattern: /^(?:\d{1,20}|Iv[0-9A-Za-z.]{8,40})$/,
        shape: "a number, or a client id that begins with 'Iv'",
        context,
      }),
      installation_id: readLine(typed, INSTALLATION, { pattern: /^\d{1,20}$/, shape: "a number", context }),
      private_key: readRsaKey(typed["private_key"] ?? "", KEY.name, context),
    });
  },

  async obtain(request, ports) {
    const { source, tokenUrl } = request;
    const reply = await askOnTime((nowMs) => {
      const nowS = Math.floor(nowMs / 1_000);
      const claims = { iat: nowS - DRIFT_S, exp: nowS + LIFE_S - DRIFT_S, iss: valueOf(source, "app_id") };
      const jwt = signJwt(claims, valueOf(source, "private_key"));
      const headers = ["authorization", `Bearer ${jwt}`, "accept", "application/vnd.github+json", "x-github-api-version", "2022-11-28"];
      return { method: "POST", url: tokenUrl, headers, body: "" };
    }, ports);
    if (reply.status !== 201 && reply.status !== 200) throw refusal(reply, request);
    const { token, expires_at: expiry } = reply.json;
    const expiresAtMs = localTime(expiry, reply);
    if (typeof token !== "string" || token === "" || expiresAtMs === null)
      throw badAnswer(new URL(tokenUrl).host, "gave no installation token");
    return { accessToken: new Secret(token), refreshToken: null, expiresAtMs, scopes: null };
  },
};

function refusal({ status }: Reply, { context }: ComputedRequest): KeywardError {
  const hint = context.again;
  if (status === 401)
    return new KeywardError("OAUTH_CLIENT", `${context.name} does not accept the app id or its private key (401)`, { hint });
  if (status === 404) return new KeywardError("OAUTH_GRANT", `${context.name} knows no such installation of this app (404)`, { hint });
  if (status === 403)
    return new KeywardError("OAUTH_DENIED", `access was denied: the app's installation may be suspended (${context.name})`, { hint });
  return new KeywardError("OAUTH_ANSWER", `${context.name} refused to give an installation token (${status})`, { hint });
}
