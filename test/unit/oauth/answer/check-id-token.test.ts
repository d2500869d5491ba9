import { expect, it } from "vitest";
import { KeywardError } from "../../../../src/core/errors.ts";
import { checkIdToken, type ExpectedIdToken } from "../../../../src/oauth/answer/check-id-token.ts";
import { context } from "../../../support/oauth-answers.ts";

const issuer = "https://auth.acme.test";
const good = { nonce: "n1", aud: "app", iss: issuer };
function codeFor(claims: unknown, change: Partial<ExpectedIdToken> = {}): string {
  try {
    const answer = {
      access_token: "a",
      token_type: "bearer" as const,
      ...(claims === undefined ? {} : { id_token_claims: claims as never }),
    };
    checkIdToken(answer, { nonce: "n1", clientId: "app", issuer, context, ...change });
    return "fits";
  } catch (error) {
    return error instanceof KeywardError ? error.code : String(error);
  }
}

it.each<[string, unknown, Partial<ExpectedIdToken>, string]>([
  ["all that was asked for", good, {}, "fits"],
  ["several audiences", { ...good, aud: ["other", "app"] }, {}, "fits"],
  ["an issuer that is not known here", { ...good, iss: "https://other.test" }, { issuer: null }, "fits"],
  ["no id token", undefined, {}, "fits"],
  ["a login that sent no nonce", {}, { nonce: null }, "fits"],
  ["another nonce", { ...good, nonce: "n2" }, {}, "OAUTH_MISMATCH"],
  ["no nonce", { aud: "app", iss: issuer }, {}, "OAUTH_MISMATCH"],
  ["another audience", { ...good, aud: "other" }, {}, "OAUTH_MISMATCH"],
  ["no audience", { nonce: "n1", iss: issuer }, {}, "OAUTH_MISMATCH"],
  ["another issuer", { ...good, iss: `${issuer}/` }, {}, "OAUTH_MISMATCH"],
  ["something that is no JWS", null, {}, "OAUTH_ANSWER"],
  ["a list", [], {}, "OAUTH_ANSWER"],
])("an id token with %s", (_what, claims, change, code) => {
  expect(codeFor(claims, change)).toBe(code);
});
