import * as oauth from "oauth4webapi";
import { expect, it } from "vitest";
import { KeywardError } from "../../../src/core/errors.ts";
import { badAnswer, oauthError, serverErrorOf } from "../../../src/oauth/oauth-error.ts";
import { context } from "../../support/oauth-answers.ts";

const said = (error: string): oauth.AuthorizationResponseError =>
  new oauth.AuthorizationResponseError("x", { cause: new URLSearchParams({ error, error_description: "secret words" }) });

it.each([
  ["access_denied", "OAUTH_DENIED", "access was denied (Acme)"],
  ["invalid_client", "OAUTH_CLIENT", "Acme does not accept the client id or its secret (invalid_client)"],
  ["redirect_uri_mismatch", "OAUTH_CLIENT", "Acme does not know this client's redirect address (redirect_uri_mismatch)"],
  ["invalid_scope", "OAUTH_SCOPE", "Acme does not grant these scopes (invalid_scope)"],
  ["invalid_grant", "OAUTH_GRANT", "Acme does not accept the code or token any more (invalid_grant)"],
  ["expired_token", "LOGIN_EXPIRED", "the code expired before it was entered (Acme)"],
  ["server_error", "OAUTH_BUSY", "Acme is out of order or busy (server_error)"],
  ["of_its_own", "OAUTH_ANSWER", "Acme refused the login (of_its_own)"],
])("%s has its own code, one line and what to type next", (error, code, message) => {
  const known = oauthError(said(error), context);
  expect(known).toMatchObject({ code, message });
  expect(known.hint).toContain("keyward login acme --flow browser");
  expect(JSON.stringify(known.detail ?? {}) + known.message + String(known.hint)).not.toContain("secret words");
});

it.each(["<script>", "A B", "x".repeat(65), "é"])("repeats no error %j that is none", (error) => {
  expect(serverErrorOf(said(error))).toBeNull();
  expect(oauthError(said(error), context)).toMatchObject({ code: "OAUTH_ANSWER", message: "Acme gave an answer that is not OAuth" });
});

it("leaves an error of keyward's own as it is, and a bug a bug", () => {
  const own = new KeywardError("UPSTREAM_TLS", "x");
  expect(oauthError(own, context)).toBe(own);
  expect(oauthError(new TypeError("x"), context).code).toBe("INTERNAL");
  expect(badAnswer("auth.acme.test", "is odd")).toMatchObject({
    code: "OAUTH_ANSWER",
    message: "auth.acme.test is odd",
    detail: { host: "auth.acme.test" },
  });
});
