// Snowflake's key-pair authentication: a JWT signed with the user's key is the credential itself, nothing is traded for it.
// In: account, user, RSA key. Out: the JWT, an hour long. A clock that is wrong cannot be noticed here: nobody is asked.
import { createHash, createPublicKey } from "node:crypto";
import { Secret } from "../../core/secret.ts";
import { type ComputedKind, input, readLine, type ReadContext, toSecrets, type TypedInputs, valueOf } from "./kind.ts";
import { readRsaKey } from "./rsa-key.ts";
import { signJwt } from "./sign-jwt.ts";

/** Snowflake takes an hour at most. */
const LIFE_S = 3_540;

const ACCOUNT = input("account", "Account identifier", {
  optional: true,
  hint: "such as myorg-myaccount or xy12345.eu-central-1; from the host unless given",
});
const USER = input("user", "User", { hint: "the user that the public key was assigned to" });
const KEY = input("private_key", "Private key (PEM)", {
  secret: true,
  multiline: true,
  hint: "the key whose public half the user has (RSA_PUBLIC_KEY)",
});

export const snowflakeKeyPair: ComputedKind = {
  inputs: [ACCOUNT, USER, KEY],
  fileInput: KEY.name,

  read(typed, context) {
    return toSecrets({
      account: normalizeAccount(readAccount(typed, context)),
      user: readLine(typed, USER, {
        pattern: /^[^\s"'\p{Cc}]{1,255}$/u,
        shape: "a name without spaces or quotes",
        context,
      }).toUpperCase(),
      private_key: readRsaKey(typed["private_key"] ?? "", KEY.name, context),
    });
  },

  obtain({ source }, { clock }) {
    const pem = valueOf(source, "private_key");
    const subject = `${valueOf(source, "account")}.${valueOf(source, "user")}`;
    const nowS = Math.floor(clock.nowMs() / 1_000);
    const claims = { iss: `${subject}.${fingerprint(pem)}`, sub: subject, iat: nowS, exp: nowS + LIFE_S };
    return Promise.resolve({
      accessToken: new Secret(signJwt(claims, pem)),
      refreshToken: null,
      expiresAtMs: (nowS + LIFE_S) * 1_000,
      scopes: null,
    });
  },
};

function readAccount(typed: TypedInputs, context: ReadContext): string {
  const own = (context.host ?? "").split(":")[0]?.replace(/\.snowflakecomputing\.(?:com|cn)$/, "") ?? "";
  const given = (typed["account"] ?? "").trim();
  return readLine({ account: given === "" ? own : given }, ACCOUNT, {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/,
    shape: "letters, digits, '-', '_' and '.', without the rest of the host",
    context,
  });
}

/** As it has to stand in the token: upper case, without region and cloud; of a `.global` account what comes before the last '-'. */
export function normalizeAccount(account: string): string {
  const isGlobal = account.toLowerCase().endsWith(".global");
  const name = isGlobal
    ? account.slice(0, account.lastIndexOf("-") > 0 ? account.lastIndexOf("-") : account.indexOf("."))
    : (account.split(".")[0] ?? "");
  return name.toUpperCase();
}

/** Of the public half, as DESC USER shows it: `SHA256:` and base64. */
function fingerprint(pem: string): string {
  const der = createPublicKey(pem).export({ type: "spki", format: "der" });
  return `SHA256:${createHash("sha256").update(der).digest("base64")}`;
}
