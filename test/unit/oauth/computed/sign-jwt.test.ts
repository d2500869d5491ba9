import { expect, it } from "vitest";
import { signJwt } from "../../../../src/oauth/computed/sign-jwt.ts";
import { openJwt, PEM } from "./keys.ts";

it("signs claims so that the public key proves them, and names the key when it has a name", () => {
  const token = signJwt({ iss: "me", iat: 1 }, PEM, "k1");
  expect(openJwt(token)).toEqual({ header: { alg: "RS256", typ: "JWT", kid: "k1" }, claims: { iss: "me", iat: 1 } });
  expect(openJwt(signJwt({ iss: "me" }, PEM)).header).toEqual({ alg: "RS256", typ: "JWT" });
  const [header = "", , signature = ""] = token.split(".");
  const forged = Buffer.from(JSON.stringify({ iss: "you" })).toString("base64url");
  expect(() => openJwt(`${header}.${forged}.${signature}`)).toThrow("not signed");
});
